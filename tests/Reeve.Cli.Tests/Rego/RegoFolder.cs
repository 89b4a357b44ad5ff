using System.Text;
using Reeve.TestKit;

namespace Reeve.Cli.Tests.Rego;

/// <summary>A folder of policies, and <c>reeve</c> run on it.</summary>
public abstract class RegoFolder : IDisposable
{
    protected TempFolder Folder { get; } = new();

    public void Dispose()
    {
        Folder.Dispose();
        GC.SuppressFinalize(this);
    }

    protected string Write(string name, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Folder.At(name))!);
        return Folder.Write(name, text);
    }

    protected static Task<Said> RunAsync(params string[] args) => RunWithAsync("", args);

    protected static async Task<Said> RunWithAsync(string input, params string[] args)
    {
        var (told, wrong) = (new StringWriter(), new StringWriter());
        using var piped = new MemoryStream(Encoding.UTF8.GetBytes(input));
        var code = await CommandLine.RunAsync(args, new Terminal(piped, told, wrong, 0), CancellationToken.None);
        return new Said(code, told.ToString(), wrong.ToString());
    }
}

/// <summary>What a verb ended with and said.</summary>
public sealed record Said(int Code, string Out, string Error)
{
    public System.Text.Json.JsonElement Json => System.Text.Json.JsonDocument.Parse(Out).RootElement;
}
