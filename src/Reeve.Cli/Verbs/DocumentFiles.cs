using Reeve.Server.Hosting;

namespace Reeve.Cli.Verbs;

/// <summary>
/// The texts that <c>-f</c> names: a file, all YAML and JSON files below a folder in order of name, or <c>-</c> for what is piped in.
/// </summary>
internal static class DocumentFiles
{
    private static readonly string[] Endings = [".yaml", ".yml", ".json"];

    public static async Task<IReadOnlyList<(string Name, byte[] Text)>> ReadAsync(
        string verb, IEnumerable<string> names, Terminal terminal, CancellationToken cancellationToken)
    {
        var texts = new List<(string, byte[])>();
        foreach (var name in names)
        {
            if (name == "-")
            {
                using var piped = new MemoryStream();
                await terminal.In.CopyToAsync(piped, cancellationToken);
                texts.Add(("stdin", piped.ToArray()));
                continue;
            }

            try
            {
                var files = Directory.Exists(name)
                    ? Directory.EnumerateFiles(name, "*", SearchOption.AllDirectories)
                        .Where(f => Endings.Contains(Path.GetExtension(f)))
                        .Order(StringComparer.Ordinal)
                        .ToList()
                    : [name];
                if (files.Count == 0)
                {
                    throw new VerbException(
                        $"{verb}: `{name}` holds no file that ends in {string.Join(", ", Endings.Select(e => $"`{e}`"))}",
                        ExitCode.WrongInput);
                }

                foreach (var file in files)
                {
                    texts.Add((file, await File.ReadAllBytesAsync(file, cancellationToken)));
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new VerbException($"{verb}: `{name}`: {FileReason.Of(name, e)}", ExitCode.WrongInput);
            }
        }

        return texts;
    }
}
