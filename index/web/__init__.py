"""Pages and feeds are fetched from the open web, and from nowhere else: never from this machine or its network."""
