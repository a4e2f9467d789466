"""Running rendered scripts: the only module besides `shell` that starts other programs."""
