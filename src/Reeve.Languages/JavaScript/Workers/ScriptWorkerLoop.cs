using System.Runtime.InteropServices;
using Reeve.Languages.JavaScript.Running;

namespace Reeve.Languages.JavaScript.Workers;

/// <summary>The inside of a worker process: reads scripts, runs them one by one, answers. It ends when there is nobody to answer.</summary>
public static class ScriptWorkerLoop
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(500);

    // what a process takes beside its objects: the program, compiled code, stacks
    private const long BesideObjects = 512L * 1024 * 1024;

    /// <summary>Answers messages until the input ends.</summary>
    public static void Run(Stream input, Stream output)
    {
        // a script without an end must not outlive whoever asked for it
        var parent = getppid();

        // the limit on objects is the runtime's own; compiled code, which a script can make without an end, is not counted there
        var most = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes + BesideObjects;
        using var look = new Timer(
            _ =>
            {
                if (getppid() != parent || Environment.WorkingSet > most)
                {
                    Environment.Exit(1);
                }
            },
            null,
            LookEvery,
            LookEvery);
        var pipe = new WorkerPipe(input, output);
        var machine = new ScriptMachine(pipe);

        // what its start takes is not the script's
        machine.Prepare();
        pipe.Ready();
        while (pipe.Request() is { } request)
        {
            pipe.Send(WorkerPipe.Answer, machine.Run(request));
            machine.Prepare();
        }
    }

    [DllImport("libc")]
    private static extern int getppid();
}
