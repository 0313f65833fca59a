"""What a single lookup file needs besides: populations and exact council lookups, compressed."""
