"""Rules, a module for each kind of thing; `rules.yaml` says of each how grave it is, why, and what to do."""
