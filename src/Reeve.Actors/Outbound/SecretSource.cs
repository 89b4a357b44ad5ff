using Reeve.Actors.Inputs;

namespace Reeve.Actors.Outbound;

/// <summary>
/// Where a secret is to be found: a variable of Reeve's environment or a file. The secret itself is in no document, and is read anew each
/// time.
/// </summary>
/// <param name="Variable">The variable's name, or null.</param>
/// <param name="File">The file's path, or null.</param>
public sealed record SecretSource(string? Variable, string? File)
{
    private const int LongestSecret = 64 * 1024;

    internal static SecretSource? Read(InputReader reader, string name)
    {
        if (reader.Object(name) is not { } source)
        {
            return null;
        }

        var read = new SecretSource(source.Text("env"), source.Text("file"));
        source.Close();
        if (read.Variable is null == read.File is null)
        {
            reader.Report(name, "expected either `{env: NAME}` or `{file: PATH}`");
        }

        return read;
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
