//! The client core for browsers: bindings to JavaScript, nothing more.
