using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using Reeve.Languages.JavaScript.Running;

namespace Reeve.Languages.JavaScript.Workers;

/// <summary>
/// One worker process, seen from outside: it has no environment to read, a limit on its memory, and nothing but its two pipes.
/// </summary>
internal sealed class ScriptWorker : IDisposable
{
    private static readonly string[] Inherited = ["PATH", "LD_LIBRARY_PATH", "DOTNET_ROOT", "DOTNET_BUNDLE_EXTRACT_BASE_DIR", "HOME",
        "TMPDIR"];

    private readonly Process _process;

    private ScriptWorker(Process process) => _process = process;

    /// <summary>Starts one. Throws <see cref="System.ComponentModel.Win32Exception"/> when the program cannot be started.</summary>
    public static ScriptWorker Start(IReadOnlyList<string> command, long memory)
    {
        var start = new ProcessStartInfo(command[0], command.Skip(1))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        var kept = Inherited.Select(n => (Name: n, Value: Environment.GetEnvironmentVariable(n))).Where(p => p.Value is not null).ToList();
        start.Environment.Clear();
        foreach (var (name, value) in kept)
        {
            start.Environment[name] = value;
        }

        start.Environment["TZ"] = "UTC";
        start.Environment["DOTNET_SYSTEM_GLOBALIZATION_INVARIANT"] = "1";
        start.Environment["DOTNET_GCHeapHardLimit"] = "0x" + memory.ToString("x", CultureInfo.InvariantCulture);
        start.Environment["DOTNET_gcServer"] = "0";
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        start.Environment["DOTNET_DbgEnableMiniDump"] = "0";
        var process = Process.Start(start) ?? throw new InvalidOperationException("no process was started");

        // what a dying runtime says would fill the pipe and hold it up
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        return new ScriptWorker(process);
    }

    /// <summary>Waits until it can take a request; false when it ended instead.</summary>
    public async Task<bool> IsReadyAsync(CancellationToken cancellationToken)
    {
        var length = new byte[4];
        return await _process.StandardOutput.BaseStream.ReadAtLeastAsync(length, 4, throwOnEndOfStream: false, cancellationToken) == 4
            && BinaryPrimitives.ReadInt32LittleEndian(length) == 0;
    }

    /// <summary>Has it ended?</summary>
    public bool HasExited => _process.HasExited;

    /// <summary>Sends a request and waits for the answer; null when the worker ended instead of answering.</summary>
    public async Task<byte[]?> AskAsync(ReadOnlyMemory<byte> request, CancellationToken cancellationToken)
    {
        try
        {
            var length = new byte[4];
            BinaryPrimitives.WriteInt32LittleEndian(length, request.Length);
            var input = _process.StandardInput.BaseStream;
            await input.WriteAsync(length, cancellationToken);
            await input.WriteAsync(request, cancellationToken);
            await input.FlushAsync(cancellationToken);
            var output = _process.StandardOutput.BaseStream;
            if (await output.ReadAtLeastAsync(length, 4, throwOnEndOfStream: false, cancellationToken) < 4
                || BinaryPrimitives.ReadInt32LittleEndian(length) is not (>= 0 and <= ScriptMessages.Longest and var size))
            {
                return null;
            }

            var answer = new byte[size];
            await output.ReadExactlyAsync(answer, cancellationToken);
            return answer;
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }
}
