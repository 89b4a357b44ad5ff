using System.Globalization;

namespace Reeve.Storage.Migrations;

/// <summary>
/// One step of the schema: its number, from 1 without gaps, and its statements. A step that was released is never changed.
/// </summary>
internal sealed record Migration(int Number, string Name, IReadOnlyList<string> Statements)
{
    /// <summary>All steps in order, from the scripts beside this file.</summary>
    public static IReadOnlyList<Migration> All { get; } =
    [
        .. typeof(Migration).Assembly.GetManifestResourceNames()
            .Where(n => char.IsAsciiDigit(n[0])).Order(StringComparer.Ordinal).Select(Read),
    ];

    /// <summary>A step from a script: statements end with a semicolon at the end of a line, comments take whole lines.</summary>
    public static Migration Parse(string name, string script)
    {
        var lines = script.ReplaceLineEndings("\n").Split('\n').Where(line => !line.StartsWith("--", StringComparison.Ordinal));
        var statements = string.Join('\n', lines).Split(";\n", StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return new Migration(int.Parse(name.AsSpan(0, 4), CultureInfo.InvariantCulture), name, [.. statements.Select(s => s.TrimEnd(';'))]);
    }

    private static Migration Read(string name)
    {
        using var reader = new StreamReader(typeof(Migration).Assembly.GetManifestResourceStream(name)!);
        return Parse(name, reader.ReadToEnd());
    }
}
