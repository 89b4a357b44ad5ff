using System.Buffers.Binary;
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
        var length = new byte[4];

        // the first answer is to nothing and says that the worker is ready: what its start takes is not the script's
        output.Write(length);
        output.Flush();
        while (input.ReadAtLeast(length, 4, throwOnEndOfStream: false) == 4)
        {
            var request = new byte[BinaryPrimitives.ReadInt32LittleEndian(length)];
            input.ReadExactly(request);
            var answer = ScriptMachine.Run(request);
            BinaryPrimitives.WriteInt32LittleEndian(length, answer.Length);
            output.Write(length);
            output.Write(answer);
            output.Flush();
        }
    }

    [DllImport("libc")]
    private static extern int getppid();
}
