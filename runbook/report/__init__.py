"""What was found, told: lines for people, and formats that other programs read."""
