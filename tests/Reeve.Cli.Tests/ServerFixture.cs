using System.Text;
using Reeve.Server.Hosting;
using Reeve.TestKit;

namespace Reeve.Cli.Tests;

/// <summary>A real server in this process, and the command line against it.</summary>
public sealed class ServerFixture : IAsyncLifetime
{
    public TempFolder Folder { get; } = new();

    public ReeveApp App { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Directory.CreateDirectory(Folder.At("plugins"));
        App = await ReeveApp.StartAsync(
            new ReeveOptions
            {
                DataFolder = Folder.At("data"),
                Urls = "http://127.0.0.1:0",
                LogLevel = "none",
                PluginFolder = Folder.At("plugins"),
            },
            CancellationToken.None);
    }

    public async Task DisposeAsync()
    {
        await App.DisposeAsync();
        Folder.Dispose();
    }

    internal Task<Printed> RunAsync(params string[] args) => RunAsync("", 0, args);

    internal async Task<Printed> RunAsync(string input, int width, params string[] args)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var terminal = new Terminal(new MemoryStream(Encoding.UTF8.GetBytes(input)), output, error, width);
        var code = await CommandLine.RunAsync([.. args, "--server", App.Urls[0]], terminal, CancellationToken.None);
        return new Printed(code, output.ToString(), error.ToString());
    }

    /// <summary>A verb that goes on until it is cancelled; what it prints can be looked at meanwhile.</summary>
    internal (Task<int> End, StringWriter Out, CancellationTokenSource Stop) Start(params string[] args)
    {
        var output = new StringWriter();
        var stop = new CancellationTokenSource();
        var terminal = new Terminal(Stream.Null, TextWriter.Synchronized(output), TextWriter.Null, 0);
        return (CommandLine.RunAsync([.. args, "--server", App.Urls[0]], terminal, stop.Token), output, stop);
    }
}

/// <summary>What a verb ended with and printed.</summary>
internal sealed record Printed(int Code, string Out, string Error);
