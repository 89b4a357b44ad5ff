using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Reeve.Core.Documents;
using Reeve.Core.Errors;
using Reeve.Server.Hosting;

namespace Reeve.Cli.Verbs;

/// <summary>
/// Where the settings of <c>reeve serve</c> come from: the command line, else the environment (<c>REEVE_</c> and the option's name), else
/// the file that <c>--config</c> names. Every mistake is told at once.
/// </summary>
internal static class ServeSettings
{
    private const string Prefix = "REEVE_";

    /// <summary>The option that names the file.</summary>
    public static Option<string?> File { get; } = new("--config")
    {
        Description = "a file of settings (YAML): each by the name of its option; the environment (REEVE_URLS) and options come first",
        HelpName = "FILE",
    };

    /// <summary>What was said on the command line, filled up. Throws a <see cref="VerbException"/> with every mistake.</summary>
    public static ParseResult Complete(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        var options = command.Options.Where(o => o.Name.StartsWith("--", StringComparison.Ordinal) && o.Name != "--help")
            .ToDictionary(o => o.Name[2..], StringComparer.Ordinal);
        var mistakes = new List<string>();
        var settings = FromFile(
            parsed.GetValue(File) ?? Environment.GetEnvironmentVariable($"{Prefix}CONFIG"), options, mistakes);
        foreach (var (name, option) in options)
        {
            var variable = Prefix + name.Replace('-', '_').ToUpperInvariant();
            if (Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text)
            {
                settings[name] = ($"`{variable}`", option.Arity.MaximumNumberOfValues > 1 ? text.Split(',') : [text]);
            }
        }

        var more = new List<string>();
        foreach (var (name, (place, values)) in settings)
        {
            // what stands on the command line comes first
            if (parsed.GetResult(options[name]) is null or { Implicit: true } && name != "config")
            {
                Add(options[name], place, values, more, mistakes);
            }
        }

        if (mistakes.Count > 0)
        {
            throw Wrong(mistakes);
        }

        if (more.Count == 0)
        {
            return parsed;
        }

        var again = parsed.RootCommandResult.Command.Parse(
            [.. parsed.Tokens.Select(t => t.Value), .. more], new ParserConfiguration { ResponseFileTokenReplacer = null });
        return again.Errors.Count == 0
            ? again
            : throw Wrong([.. again.Errors.Select(e => $"settings: {CommandLine.Told(e)}").Distinct()]);
    }

    private static VerbException Wrong(List<string> mistakes) =>
        new(string.Join('\n', mistakes.Select(m => $"serve: {m}")), ExitCode.WrongInput);

    private static void Add(Option option, string place, IReadOnlyList<string> values, List<string> more, List<string> mistakes)
    {
        var type = Nullable.GetUnderlyingType(option.ValueType) ?? option.ValueType;
        if (type == typeof(bool) || (values is ["true" or "false"] && option.Arity.MinimumNumberOfValues == 0))
        {
            if (values is not ["true" or "false"])
            {
                mistakes.Add($"{place}: expected `true` or `false`, found {Quote.Text(string.Join(',', values))}");
            }
            else if (values[0] == "true")
            {
                more.Add(option.Name);
            }

            return;
        }

        if (values.Count > option.Arity.MaximumNumberOfValues || values.Count < option.Arity.MinimumNumberOfValues)
        {
            mistakes.Add($"{place}: expected {Count(option.Arity)}, found {values.Count}");
            return;
        }

        if (type == typeof(int) && !int.TryParse(values[0], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _))
        {
            mistakes.Add($"{place}: expected a whole number, found {Quote.Text(values[0])}");
            return;
        }

        if (option.AllowMultipleArgumentsPerToken)
        {
            more.Add(option.Name);
            more.AddRange(values);
            return;
        }

        foreach (var value in values)
        {
            more.Add(option.Name);
            more.Add(value);
        }
    }

    private static string Count(ArgumentArity arity) => arity.MinimumNumberOfValues == arity.MaximumNumberOfValues
        ? arity.MaximumNumberOfValues == 1 ? "one value" : $"{arity.MaximumNumberOfValues} values"
        : $"{arity.MinimumNumberOfValues} values at least";

    private static Dictionary<string, (string Place, IReadOnlyList<string> Values)> FromFile(
        string? file, Dictionary<string, Option> options, List<string> mistakes)
    {
        var found = new Dictionary<string, (string, IReadOnlyList<string>)>(StringComparer.Ordinal);
        if (file is null)
        {
            return found;
        }

        byte[] text;
        try
        {
            text = System.IO.File.ReadAllBytes(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            mistakes.Add($"config: `{file}` cannot be read: {FileReason.Of(file, e)}");
            return found;
        }

        var read = DocumentReader.Read(text, file);
        mistakes.AddRange(read.Mistakes.Select(m => m.ToString()));
        if (read.Mistakes.Length > 0 || read.Documents.Length == 0)
        {
            return found;
        }

        if (read.Documents.Length > 1 || read.Documents[0].Root.ValueKind != JsonValueKind.Object)
        {
            mistakes.Add($"config: `{file}` must hold names with values, as one document");
            return found;
        }

        var own = new List<Mistake>();
        Take(read.Documents[0].Root, "", "", options, found, own);
        mistakes.AddRange(read.Documents[0].Locate(own).Select(m => m.ToString()));
        return found;
    }

    // `tls: {cert: x}` is `tls-cert: x`
    private static void Take(
        JsonElement map, string prefix, string path, Dictionary<string, Option> options,
        Dictionary<string, (string Place, IReadOnlyList<string> Values)> found, List<Mistake> mistakes)
    {
        foreach (var member in map.EnumerateObject())
        {
            var name = prefix + member.Name.Replace('_', '-');
            var at = JsonPointer.Member(path, member.Name);
            if (member.Value.ValueKind == JsonValueKind.Object)
            {
                Take(member.Value, $"{name}-", at, options, found, mistakes);
            }
            else if (!options.ContainsKey(name) || name == "config")
            {
                mistakes.Add(new Mistake(
                    ErrorCodes.UnknownField, at, $"there is no setting {Quote.Text(name)}{DidYouMean.Hint(name, options.Keys)}"));
            }
            else if (Values(member.Value) is not { } values)
            {
                mistakes.Add(new Mistake(ErrorCodes.WrongType, at, $"expected a value or a list of values for {Quote.Text(name)}"));
            }
            else if (!found.TryAdd(name, ($"setting `{name}`", values)))
            {
                mistakes.Add(new Mistake(ErrorCodes.Duplicate, at, $"{Quote.Text(name)} is set twice"));
            }
        }
    }

    private static IReadOnlyList<string>? Values(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => [value.GetString()!],
        JsonValueKind.True => ["true"],
        JsonValueKind.False => ["false"],
        JsonValueKind.Number => [value.GetRawText()],
        JsonValueKind.Array when value.EnumerateArray().Select(Values).ToList() is var items && items.TrueForAll(i => i is [_]) =>
            [.. items.Select(i => i![0])],
        _ => null,
    };
}
