"""工作日历: which days the office works, by the notices of the State Council; and limits in working time."""
