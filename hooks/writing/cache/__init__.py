"""What a build need not make again. Each step is the same without it, and slower."""
