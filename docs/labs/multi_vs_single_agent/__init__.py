"""stub"""
def main(argv):
    from labs.multi_vs_single_agent import command
    return command.main(argv)
