using System.Globalization;
using System.Text;
using Reeve.Core.Documents;
using Reeve.Core.Errors;
using Reeve.Flexera.Credentials;
using Reeve.Flexera.Evaluation;
using Reeve.Languages.JavaScript;
using Reeve.Languages.JavaScript.Workers;
using Reeve.Languages.PolicyTemplates;
using Reeve.Server.Hosting;

namespace Reeve.Cli.Flexera;

/// <summary>What <c>reeve run</c> was given, read; every mistake ends the verb with a message.</summary>
internal static class RunInput
{
    private static readonly TimeSpan _longestScript = TimeSpan.FromMinutes(30);

    private static readonly UTF8Encoding _strict = new(false, true);

    /// <summary>The reserved words that can be given values.</summary>
    public static readonly IReadOnlyList<string> ReservedWords =
    [
        "rs_org_id", "rs_org_name", "rs_project_id", "rs_project_name", "rs_cm_host", "rs_ss_host", "rs_optima_host", "rs_governance_host",
        "f1_app_host", "policy_id", "meta_parent_policy_id",
    ];

    public static async Task<PolicyTemplate> TemplateAsync(string file, CancellationToken cancellationToken)
    {
        var (template, errors) = PolicyTemplate.Compile(await ReadAsync(file, cancellationToken));
        return template ?? throw Wrong(string.Join('\n', errors.Select(
            e => $"{file}:{e.At}: {e.Problem}: {e.Summary}; {e.Resolution}")));
    }

    public static async Task<CredentialFile> CredentialsAsync(string? file, CancellationToken cancellationToken)
    {
        if (file is null)
        {
            return CredentialFile.Empty;
        }

        // a shell leaves `~` in `--credentials=~/x` as it is
        var path = file.StartsWith("~/", StringComparison.Ordinal)
            ? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), file[2..]) : file;
        var folder = Path.GetDirectoryName(Path.GetFullPath(path));
        return CredentialFile.TryRead(await ReadAsync(path, cancellationToken), out var error, folder)
            ?? throw Wrong($"run: `{file}`: {error}");
    }

    /// <summary><c>NAME=VALUE</c>; of a name that is given twice the last one counts.</summary>
    public static Dictionary<string, string> Pairs(string option, IEnumerable<string> given)
    {
        var pairs = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var text in given)
        {
            var cut = text.IndexOf('=', StringComparison.Ordinal);
            if (cut <= 0)
            {
                throw Wrong($"run: `{option}`: `{text}` is not of the form `NAME=VALUE`");
            }

            pairs[text[..cut]] = text[(cut + 1)..];
        }

        return pairs;
    }

    public static DateTimeOffset? Moment(string? text) => text is null ? null
        : DateTimeOffset.TryParse(
            text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var moment)
            ? moment : throw Wrong($"run: `--now`: `{text}` is no time; write 2026-03-01T00:00:00Z");

    public static Uri? Address(string? text) => text is null ? null
        : Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
            ? address : throw Wrong($"run: `--http-to`: `{text}` is no address; write http://127.0.0.1:8080");

    public static string? Folder(string option, string? folder, bool mayBeMade)
    {
        if (folder is null || Directory.Exists(folder))
        {
            return folder;
        }

        if (!mayBeMade)
        {
            throw Wrong($"run: `{option}`: there is no folder `{folder}`");
        }

        try
        {
            Directory.CreateDirectory(folder);
            return folder;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Wrong($"run: `{option}`: `{folder}`: {e.Message.TrimEnd('.')}");
        }
    }

    public static TimeSpan Seconds(string? text) => text is null ? TimeSpan.FromHours(1)
        : double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds)
            && seconds is > 0 and <= 86400
            ? TimeSpan.FromSeconds(seconds) : throw Wrong($"run: `--timeout`: `{text}` is no number of seconds up to 86400");

    public static WordValues Words(string? region, Dictionary<string, string> said)
    {
        var words = new WordValues { Region = region ?? "us" };
        if (!WordValues.Regions.Contains(words.Region))
        {
            throw Wrong($"run: `--region`: there is no region `{region}`; there are {Quote.List(WordValues.Regions)}");
        }

        foreach (var name in said.Keys.Where(n => !ReservedWords.Contains(n)))
        {
            throw Wrong($"run: `--word`: there is no reserved word `{name}`{DidYouMean.Hint(name, ReservedWords)}");
        }

        return words with
        {
            OrgId = Number(said, "rs_org_id"),
            ProjectId = Number(said, "rs_project_id"),
            Others = said.Where(s => s.Key is not ("rs_org_id" or "rs_project_id")).ToDictionary(),
        };
    }

    /// <summary>What runs the scripts: processes of this program.</summary>
    public static ScriptPool Scripts(TimeSpan longest) => new(
        Verbs.ScriptWorkerVerb.Command(), new ScriptLimits { Time = longest < _longestScript ? longest : _longestScript },
        Math.Clamp(Environment.ProcessorCount, 1, 8), TimeProvider.System);

    private static long Number(Dictionary<string, string> said, string word) => !said.TryGetValue(word, out var text) ? 1
        : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number < 1L << 53
            ? number : throw Wrong($"run: `{word}`: `{text}` is no whole number");

    private static async Task<string> ReadAsync(string file, CancellationToken cancellationToken)
    {
        const int Longest = 64 * 1024 * 1024;
        try
        {
            return new FileInfo(file) is { Exists: true, Length: > Longest } ? throw Wrong($"run: `{file}`: more than {Longest} bytes")
                : _strict.GetString(await File.ReadAllBytesAsync(file, cancellationToken));
        }
        catch (DecoderFallbackException)
        {
            throw Wrong($"run: `{file}`: the text is not UTF-8");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Wrong($"run: `{file}`: {FileReason.Of(file, e)}");
        }
    }

    private static VerbException Wrong(string message) => new(message, ExitCode.WrongInput);
}
