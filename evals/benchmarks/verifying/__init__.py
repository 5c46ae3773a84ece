"""Who verifies the verifier: true and altered statements about articles, and how many of each it tells apart."""
