"""Contents that must go (清除内容): asked for by one person, approved by another; digest and record stay."""
