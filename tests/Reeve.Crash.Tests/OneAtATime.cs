// Two crowded servers beside each other would starve each other, and what is measured here is order, not speed.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
