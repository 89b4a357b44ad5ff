using Reeve.Cli;

return await CommandLine.RunAsync(args, Terminal.Real(), CancellationToken.None);
