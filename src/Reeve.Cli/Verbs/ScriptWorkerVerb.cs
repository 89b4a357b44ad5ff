using System.CommandLine;
using Reeve.Languages.JavaScript.Workers;

namespace Reeve.Cli.Verbs;

/// <summary>The process in which scripts of policy templates run; Reeve starts it by itself.</summary>
internal static class ScriptWorkerVerb
{
    /// <summary>The verb's name.</summary>
    public const string Name = "script-worker";

    public static Command Make(Terminal terminal)
    {
        _ = terminal;
        var command = new Command(Name, "run scripts that come on standard input") { Hidden = true };
        command.SetAction(_ =>
        {
            using var input = Console.OpenStandardInput();
            using var output = Console.OpenStandardOutput();
            ScriptWorkerLoop.Run(input, output);
            return ExitCode.Fine;
        });
        return command;
    }

    /// <summary>How this program is started as a worker.</summary>
    public static IReadOnlyList<string> Command()
    {
        // as an application of its own, or by the `dotnet` of a development machine
        var program = Environment.ProcessPath!;
        return Path.GetFileNameWithoutExtension(program) == "dotnet"
            ? [program, typeof(ScriptWorkerVerb).Assembly.Location, Name]
            : [program, Name];
    }
}
