using System.Text;
using Reeve.Core.Documents;
using Reeve.Core.Errors;
using Reeve.Server.Hosting;

namespace Reeve.Cli.Texts;

/// <summary>The texts that a verb names, by dialect: files, or all files of a known ending below a folder.</summary>
internal static class SourceFiles
{
    private static readonly UTF8Encoding _strict = new(false, true);

    public static IReadOnlyList<IDialect> Dialects { get; } = [new FlexeraDialect(), new RegoDialect()];

    /// <summary>
    /// The texts; what cannot be read goes to <paramref name="unread"/>, with the reason, or ends the verb when that is null.
    /// </summary>
    public static async Task<IReadOnlyList<(IDialect Dialect, IReadOnlyList<SourceText> Texts)>> ReadAsync(
        string verb, IEnumerable<string> names, CancellationToken cancellationToken, Action<string, string>? unread = null)
    {
        var texts = new Dictionary<IDialect, List<SourceText>>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var name in names)
        {
            foreach (var file in Held(name, () => Expand(verb, name), unread).Where(seen.Add))
            {
                try
                {
                    var dialect = Find(file) ?? throw Wrong(
                        $"{verb}: `{file}`: no language is known by this ending{DidYouMean.Hint(Path.GetExtension(file), Endings)}; "
                        + $"there are {Quote.List(Endings)}");
                    var text = new SourceText(file, await ReadAsync(verb, file, cancellationToken));
                    if (!texts.TryGetValue(dialect, out var list))
                    {
                        texts[dialect] = list = [];
                    }

                    list.Add(text);
                }
                catch (VerbException e) when (unread is not null)
                {
                    unread(file, e.Message);
                }
            }
        }

        return [.. texts.Select(t => (t.Key, (IReadOnlyList<SourceText>)t.Value))];
    }

    private static IEnumerable<string> Held(string name, Func<IEnumerable<string>> expand, Action<string, string>? unread)
    {
        try
        {
            return expand();
        }
        catch (VerbException e) when (unread is not null)
        {
            unread(name, e.Message);
            return [];
        }
    }

    private static IEnumerable<string> Endings => Dialects.SelectMany(d => d.Endings);

    private static IDialect? Find(string file) => Dialects.FirstOrDefault(d => d.Endings.Contains(Path.GetExtension(file)));

    private static IEnumerable<string> Expand(string verb, string name)
    {
        if (!Directory.Exists(name))
        {
            return File.Exists(name) ? [name] : throw Wrong($"{verb}: `{name}`: there is no such file");
        }

        try
        {
            var files = Directory.EnumerateFiles(name, "*", SearchOption.AllDirectories)
                .Where(f => Find(f) is not null).Order(StringComparer.Ordinal).ToList();
            return files.Count > 0 ? files : throw Wrong($"{verb}: `{name}` holds no file that ends in {Quote.List(Endings)}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Wrong($"{verb}: `{name}`: {e.Message.TrimEnd('.')}");
        }
    }

    private static async Task<string> ReadAsync(string verb, string file, CancellationToken cancellationToken)
    {
        const int Longest = 64 * 1024 * 1024;
        try
        {
            if (new FileInfo(file) is { Exists: true, Length: > Longest })
            {
                throw Wrong($"{verb}: `{file}`: more than {Longest} bytes");
            }

            return _strict.GetString(await File.ReadAllBytesAsync(file, cancellationToken));
        }
        catch (DecoderFallbackException)
        {
            throw Wrong($"{verb}: `{file}`: the text is not UTF-8");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Wrong($"{verb}: `{file}`: {FileReason.Of(file, e)}");
        }
    }

    private static VerbException Wrong(string message) => new(message, ExitCode.WrongInput);
}
