"""What a listener's app would find wrong with a podcast: an independent judge, which reads what is there."""
