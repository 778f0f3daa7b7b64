"""Units, posts, and the people who hold posts in units."""
