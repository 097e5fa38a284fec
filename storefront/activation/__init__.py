"""What a license lets programs do: its policy, the devices it runs on, and the history of both."""
