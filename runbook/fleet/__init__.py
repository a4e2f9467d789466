"""Runbooks verified on many hosts. The inventory, the connections and how many hosts at once are Ansible's: its `script` module ships
a file for each page (`carrier`), a playbook of our own making names these files and nothing of the pages (`ansible`), and what comes
back is made into outcomes by host and page (`check`)."""
