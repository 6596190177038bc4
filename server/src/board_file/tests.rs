//! Files that are not what they say, and what becomes of a board on the way.
