"""The shortest memory that loses who spoke, as the post shows it: run, it prints both answers of the pair."""


# --8<-- [start:forget]
def ask(said):
    """Which plan did the user name?"""
    rows = [(text, None) for text, speaker in said]
    return next(text for text, who in rows if (who or "user") == "user")


as_said = [("Pro", "user"), ("Enterprise", "assistant")]
swapped = [("Pro", "assistant"), ("Enterprise", "user")]
print(ask(as_said), ask(swapped))
# --8<-- [end:forget]
