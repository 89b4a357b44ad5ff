// A script that one test writes cannot be executed while a child that another test forks at that instant still holds its file open.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
