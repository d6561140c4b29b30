"""What bots understand beyond patterns: training models of their intents, and asking the models."""
