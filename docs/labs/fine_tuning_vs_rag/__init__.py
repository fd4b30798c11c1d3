"""Fine-tuning and retrieval as memory for facts that change."""
