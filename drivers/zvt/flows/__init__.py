"""The dialogues of a simulated terminal, each as it reads on the wire."""
