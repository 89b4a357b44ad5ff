using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Reeve.Core.Executions;

namespace Reeve.Actors.Process;

/// <summary>
/// Runs programs from the folders that the operator named, each in a session of its own. A program ends with all that it started: at its
/// time-out, at a cancellation, and also after a normal end, so that nothing it left behind holds an output open or piles up.
/// </summary>
public sealed class ProgramRunner : IProgramRunner
{
    internal const string Variable = "REEVE_PROGRAM";
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan PatienceAfterKill = TimeSpan.FromSeconds(5);
    private static long _runs;

    private readonly string _owner;
    private readonly AllowedFolders _allowed;
    private readonly TimeProvider _time;

    /// <summary>
    /// A runner for one owner (Reeve's data folder): its programs are told from those of another Reeve on the same machine.
    /// </summary>
    public ProgramRunner(string owner, IReadOnlyList<string> allowedFolders, TimeProvider time)
    {
        _owner = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(owner)).AsSpan(0, 8));
        _allowed = new AllowedFolders(allowedFolders);
        _time = time;
    }

    /// <summary>
    /// To be called when Reeve starts, before anything runs: ends what an earlier, killed Reeve left running, so that a step run again is
    /// not run twice at a time.
    /// </summary>
    public Task EndLeftoversAsync(CancellationToken cancellationToken) =>
        Signals.KillAllWithAsync(Variable, _owner + "-", _time, cancellationToken);

    /// <inheritdoc/>
    public string? Refusal(IReadOnlyList<string> command) =>
        command.Count == 0 ? "command: expected an executable and its arguments" : _allowed.Resolve(Own(command[0])).Refusal;

    /// <inheritdoc/>
    public async Task<ProgramOutcome> RunAsync(ProgramCall call, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (Refusal(call.Command) is { } refusal)
        {
            return NotStarted(refusal);
        }

        foreach (var (name, value) in call.Environment)
        {
            if (ProgramEnvironment.Refusal(name, value) is { } refused)
            {
                return NotStarted($"env: {refused}");
            }
        }

        var executable = _allowed.Resolve(Own(call.Command[0])).Path!;
        var folder = call.Folder ?? Path.GetDirectoryName(executable)!;
        if (!Directory.Exists(folder))
        {
            return NotStarted($"folder: there is no folder `{folder}`");
        }

        var marker = string.Create(CultureInfo.InvariantCulture, $"{_owner}-{Environment.ProcessId}-{Interlocked.Increment(ref _runs)}.");
        var began = _time.GetTimestamp();
        System.Diagnostics.Process process;
        try
        {
            process = Start(call, executable, folder, marker);
        }
        catch (Exception e) when (e is Win32Exception or IOException or ArgumentException)
        {
            return NotStarted($"command: `{executable}` could not be started: {e.Message.TrimEnd('.')}");
        }

        using (process)
        {
            return await FollowAsync(process, call, marker, began, cancellationToken).ConfigureAwait(false);
        }
    }

    private static ProgramOutcome NotStarted(string error) => new(null, false, "", "", false, TimeSpan.Zero, error);

    private static System.Diagnostics.Process Start(ProgramCall call, string executable, string folder, string marker)
    {
        // setsid becomes the program under the same process number; the group of that number can then be signalled as a whole.
        var start = new ProcessStartInfo("setsid")
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
            UseShellExecute = false,
        };
        foreach (var argument in (string[])["--", executable, .. call.Command.Skip(1)])
        {
            start.ArgumentList.Add(argument);
        }

        ProgramEnvironment.Fill(start.Environment, call.Environment.Append(new(Variable, marker)));
        return System.Diagnostics.Process.Start(start)!;
    }

    private string Own(string executable) => executable.Replace("{reeve}", _allowed.OwnExecutable ?? "{reeve}", StringComparison.Ordinal);

    private async Task<ProgramOutcome> FollowAsync(
        System.Diagnostics.Process process, ProgramCall call, string marker, long began, CancellationToken cancellationToken)
    {
        var identity = ProcessTable.Find(process.Id)?.Identity ?? new ProcessIdentity(process.Id, 0);
        var (output, errors) = (new BoundedOutput(call.OutputLimit), new BoundedOutput(call.OutputLimit));
        using var reading = new CancellationTokenSource();
        var streams = Task.WhenAll(
            QuietlyAsync(output.ReadAsync(process.StandardOutput.BaseStream, reading.Token)),
            QuietlyAsync(errors.ReadAsync(process.StandardError.BaseStream, reading.Token)),
            QuietlyAsync(WriteInputAsync(process, call.Input, reading.Token)));
        var timedOut = false;
        try
        {
            await process.WaitForExitAsync(cancellationToken).WaitAsync(call.Timeout, _time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            timedOut = true;
            Signals.SendToGroup(identity, Signals.Term);
            await ExitedWithinAsync(process, Grace).ConfigureAwait(false);
        }
        finally
        {
            // Also when cancelled: whoever called must be able to count on it that the program does nothing more.
            Signals.SendToGroup(identity, Signals.Kill);
            await Signals.KillAllWithAsync(Variable, marker, _time, CancellationToken.None).ConfigureAwait(false);
            await ExitedWithinAsync(process, PatienceAfterKill).ConfigureAwait(false);
            await Task.WhenAny(streams, Task.Delay(Grace, _time, CancellationToken.None)).ConfigureAwait(false);
            await reading.CancelAsync().ConfigureAwait(false);
        }

        return new ProgramOutcome(
            timedOut || !process.HasExited ? null : process.ExitCode,
            timedOut,
            output.ToString(),
            errors.ToString(),
            output.Truncated || errors.Truncated,
            _time.GetElapsedTime(began));
    }

    private async Task ExitedWithinAsync(System.Diagnostics.Process process, TimeSpan patience)
    {
        try
        {
            await process.WaitForExitAsync(CancellationToken.None).WaitAsync(patience, _time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // The caller goes on; the kernel has the process and it does no work any more.
        }
    }

    private static async Task WriteInputAsync(System.Diagnostics.Process process, string input, CancellationToken cancellationToken)
    {
        await using var stdin = process.StandardInput;
        await stdin.WriteAsync(input.AsMemory(), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A program may close its streams, or end, before all is read or written: that is its business.</summary>
    private static async Task QuietlyAsync(Task task)
    {
        try
        {
            await task.ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
        }
    }
}
