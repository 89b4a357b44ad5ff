using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Reeve.TestKit;

/// <summary>A program started by a test: it dies with the test process however that ends, and what it printed is kept.</summary>
public sealed class ChildProcess : IAsyncDisposable
{
    private const int LinesKept = 2000;

    private readonly Process _process;
    private readonly ChildSignal _endsWith;
    private readonly ConcurrentQueue<string> _output = new();
    private readonly ConcurrentQueue<string> _errors = new();

    private ChildProcess(Process process, ChildSignal endsWith)
    {
        _process = process;
        _endsWith = endsWith;
        process.OutputDataReceived += (_, e) => Keep(_output, e.Data);
        process.ErrorDataReceived += (_, e) => Keep(_errors, e.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        AtExit.Add(End);
    }

    /// <summary>The process id; the program itself, not a wrapper around it.</summary>
    public int Pid => _process.Id;

    /// <summary>Has it ended?</summary>
    public bool HasExited => _process.HasExited;

    /// <summary>The exit code once it has ended; 128 + n when signal n ended it.</summary>
    public int ExitCode => _process.ExitCode;

    /// <summary>The last lines of its standard output, at most 2,000.</summary>
    public IReadOnlyList<string> Output => [.. _output];

    /// <summary>The last lines of its standard error, at most 2,000.</summary>
    public IReadOnlyList<string> Errors => [.. _errors];

    /// <summary>Its standard input.</summary>
    public StreamWriter Input => _process.StandardInput;

    /// <summary>Starts a program, found on the PATH or by its path.</summary>
    public static Task<ChildProcess> StartAsync(string program, params string[] arguments) =>
        StartAsync(new ChildProcessOptions { Program = program, Arguments = arguments });

    /// <summary>Starts a program with everything said.</summary>
    public static async Task<ChildProcess> StartAsync(ChildProcessOptions options)
    {
        var start = new ProcessStartInfo("setpriv")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = options.WorkingFolder ?? Environment.CurrentDirectory,
        };
        start.ArgumentList.Add("--pdeathsig");
        start.ArgumentList.Add(options.SignalOnOurDeath.ToString());
        if (options.UserId is { } user && options.GroupId is { } group)
        {
            start.ArgumentList.Add("--reuid=" + user);
            start.ArgumentList.Add("--regid=" + group);
            start.ArgumentList.Add("--clear-groups");
        }

        start.ArgumentList.Add("--");
        start.ArgumentList.Add(options.Program);
        foreach (var argument in options.Arguments)
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (name, value) in options.Environment)
        {
            start.Environment[name] = value;
        }

        return new ChildProcess(await ForkingThread.StartAsync(start), options.SignalOnOurDeath);
    }

    /// <summary>Sends a signal; one sent to a process that has ended is lost.</summary>
    public void Send(ChildSignal signal)
    {
        if (!_process.HasExited)
        {
            _ = kill(_process.Id, (int)signal);
        }
    }

    /// <summary>Kills it (SIGKILL) and waits until it is gone.</summary>
    public async Task KillAsync(CancellationToken cancellationToken = default)
    {
        Send(ChildSignal.KILL);
        await _process.WaitForExitAsync(cancellationToken);
    }

    /// <summary>Waits until it ends by itself, and says its exit code.</summary>
    public async Task<int> WaitForExitAsync(CancellationToken cancellationToken = default)
    {
        await _process.WaitForExitAsync(cancellationToken);
        return _process.ExitCode;
    }

    /// <summary>What it printed, both streams, for a failure's text.</summary>
    public string Transcript() => string.Join('\n', [.. _output, .. _errors]);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        AtExit.Remove(End);
        await KillAsync();
        _process.Dispose();
    }

    private static void Keep(ConcurrentQueue<string> lines, string? line)
    {
        if (line is null)
        {
            return;
        }

        lines.Enqueue(line);
        while (lines.Count > LinesKept)
        {
            lines.TryDequeue(out _);
        }
    }

    private void End()
    {
        Send(_endsWith);
        _process.WaitForExit(TimeSpan.FromSeconds(2));
    }

    [DllImport("libc")]
    private static extern int kill(int pid, int signal);

    /// <summary>
    /// The kernel sends the death signal when the *thread* that forked is gone, not when the process is. Threads of the pool come and
    /// go, so one thread that lives as long as the process does all the forking.
    /// </summary>
    private static class ForkingThread
    {
        private static readonly BlockingCollection<Action> _work = [];

        static ForkingThread()
        {
            var thread = new Thread(() =>
            {
                foreach (var action in _work.GetConsumingEnumerable())
                {
                    action();
                }
            })
            {
                IsBackground = true,
                Name = "forks child processes",
            };
            thread.Start();
        }

        public static Task<Process> StartAsync(ProcessStartInfo start)
        {
            var started = new TaskCompletionSource<Process>(TaskCreationOptions.RunContinuationsAsynchronously);
            _work.Add(() =>
            {
                try
                {
                    started.SetResult(Process.Start(start)!);
                }
                catch (Exception e)
                {
                    started.SetException(e);
                }
            });
            return started.Task;
        }
    }
}
