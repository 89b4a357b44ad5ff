using Reeve.Actors.Inputs;
using Reeve.Core.Executions;
using Reeve.Core.Identity;

namespace Reeve.Actors.Outbound;

/// <summary>
/// Where a secret is to be found: a variable of Reeve's environment, a file, or Reeve's own secrets by name. The secret itself is in no
/// document, and is read anew each time.
/// </summary>
/// <param name="Variable">The variable's name, or null.</param>
/// <param name="File">The file's path, or null.</param>
/// <param name="Name">The name of one of Reeve's secrets, or null.</param>
public sealed record SecretSource(string? Variable, string? File, string? Name = null)
{
    private const int LongestSecret = 64 * 1024;
    private const string OneOf = "expected one of `{secret: NAME}`, `{env: NAME}` and `{file: PATH}`";

    private bool NamesOne => (Variable is null ? 0 : 1) + (File is null ? 0 : 1) + (Name is null ? 0 : 1) == 1;

    private static SecretSource Of(InputReader source) => new(source.Text("env"), source.Text("file"), source.Text("secret"));

    internal static SecretSource? Read(InputReader reader, string name)
    {
        if (reader.Object(name) is not { } source)
        {
            return null;
        }

        var read = Of(source);
        source.Close();
        if (!read.NamesOne)
        {
            reader.Report(name, OneOf);
        }

        return read;
    }

    /// <summary>Names with secrets, each with a text to stand before it; empty when absent.</summary>
    internal static IReadOnlyList<(string Name, SecretSource Source, string Prefix)> ReadMap(InputReader reader, string name)
    {
        var found = new List<(string, SecretSource, string)>();
        if (reader.Object(name) is { } map)
        {
            foreach (var key in map.Names.ToList())
            {
                if (map.Object(key) is not { } one)
                {
                    continue;
                }

                var source = Of(one);
                found.Add((key, source, one.Text("prefix") ?? ""));
                one.Close();
                if (!source.NamesOne)
                {
                    map.Report(key, OneOf);
                }
            }
        }

        return found;
    }

    /// <summary>The secret, Reeve's own ones included, or a sentence that says why it cannot be had.</summary>
    public (string? Secret, string? Problem) Find(Scope scope, ISecrets? secrets)
    {
        if (Name is null)
        {
            return Find();
        }

        string? problem = "secret: this reeve keeps no secrets";
        return secrets?.Find(scope, Name, out problem) is { } secret ? (secret, null) : (null, problem);
    }

    /// <summary>The secret without the line end at its end, or a sentence that says why it cannot be had.</summary>
    public (string? Secret, string? Problem) Find()
    {
        if (Variable is { } variable)
        {
            return Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value
                ? (value, null)
                : (null, $"secret: the environment of Reeve has no variable `{variable}`");
        }

        try
        {
            if (new FileInfo(File ?? "").Length > LongestSecret)
            {
                return (null, $"secret: the file `{File}` is larger than {LongestSecret} bytes");
            }

            return System.IO.File.ReadAllText(File!).TrimEnd('\r', '\n') is { Length: > 0 } text
                ? (text, null)
                : (null, $"secret: the file `{File}` is empty");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return (null, $"secret: the file `{File}` cannot be read");
        }
    }
}
