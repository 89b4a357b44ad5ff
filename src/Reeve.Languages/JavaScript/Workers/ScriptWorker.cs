using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using Reeve.Languages.Data.Rows;
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
        start.Environment["DOTNET_gcConcurrent"] = "0";
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

    /// <summary>
    /// Sends a request, then the chunks that the worker asks for, and waits for the answer; null when the worker ended instead of
    /// answering.
    /// </summary>
    /// <param name="request">The request.</param>
    /// <param name="lists">What it may ask chunks of.</param>
    /// <param name="result">Takes rows of the result.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public async Task<ReadOnlyMemory<byte>?> AskAsync(
        ReadOnlyMemory<byte> request, IReadOnlyList<RowList> lists, RowWriter result, CancellationToken cancellationToken)
    {
        try
        {
            await SendAsync(request, cancellationToken);
            var output = _process.StandardOutput.BaseStream;
            var head = new byte[WorkerPipe.Head];
            byte[] room = [];
            byte[] message = [];
            while (await output.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, cancellationToken) == head.Length
                && BinaryPrimitives.ReadInt32LittleEndian(head) is >= 0 and <= ScriptMessages.Longest and var size)
            {
                message = message.Length < size ? new byte[size] : message;
                await output.ReadExactlyAsync(message.AsMemory(0, size), cancellationToken);
                switch (head[4])
                {
                    case WorkerPipe.Answer:
                        return message.AsMemory(0, size);
                    case WorkerPipe.Rows when size > 4:
                        result.AddLines(message.AsSpan(4, size - 4), BinaryPrimitives.ReadInt32LittleEndian(message));
                        break;
                    case WorkerPipe.Chunk when Asked(lists, message.AsSpan(0, size)) is (var list, var chunk):
                        await SendAsync(list.Lines(chunk, ref room), cancellationToken);
                        break;
                    default:
                        return null;
                }
            }

            return null;
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static (RowList List, int Chunk)? Asked(IReadOnlyList<RowList> lists, ReadOnlySpan<byte> message) =>
        message.Length == 8
        && BinaryPrimitives.ReadInt32LittleEndian(message) is >= 0 and var list && list < lists.Count
        && BinaryPrimitives.ReadInt32LittleEndian(message[4..]) is >= 0 and var chunk && chunk < lists[list].ChunkCount
            ? (lists[list], chunk) : null;

    private async Task SendAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken)
    {
        var length = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, message.Length);
        var input = _process.StandardInput.BaseStream;
        await input.WriteAsync(length, cancellationToken);
        await input.WriteAsync(message, cancellationToken);
        await input.FlushAsync(cancellationToken);
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
