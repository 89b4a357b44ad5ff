using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Reeve.Cli.Output;
using Reeve.Core.Documents;
using Reeve.Core.Errors;
using Reeve.Server.Hosting;

namespace Reeve.Cli.Client;

/// <summary>
/// The file of contexts: REEVE_CONTEXTS, else <c>reeve/config.yaml</c> in XDG_CONFIG_HOME or <c>~/.config</c>. It may hold tokens, so it is
/// written for its owner alone.
/// </summary>
internal sealed class ContextFile
{
    private readonly SortedDictionary<string, ServerContext> _contexts = new(StringComparer.Ordinal);

    private ContextFile(string path) => Path = path;

    /// <summary>Where it is.</summary>
    public string Path { get; }

    /// <summary>The name of the context that is used when none is named; null for none.</summary>
    public string? Current { get; set; }

    public IReadOnlyDictionary<string, ServerContext> All => _contexts;

    public static string UsualPath =>
        Environment.GetEnvironmentVariable("REEVE_CONTEXTS") is { Length: > 0 } said
            ? said
            : System.IO.Path.Combine(
                Environment.GetEnvironmentVariable("XDG_CONFIG_HOME") is { Length: > 0 } home
                    ? home
                    : System.IO.Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".config"),
                "reeve", "config.yaml");

    /// <summary>Reads the file; empty when it is not there. Throws a <see cref="VerbException"/> that names each mistake.</summary>
    public static ContextFile Read(string path)
    {
        var file = new ContextFile(path);
        byte[] text;
        try
        {
            if (!File.Exists(path) && !Directory.Exists(path))
            {
                return file;
            }

            text = File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new VerbException(
                $"reeve: `{path}` cannot be read: {FileReason.Of(path, e)}",
                Directory.Exists(path) ? ExitCode.WrongInput : ExitCode.CouldNotRun);
        }

        var read = DocumentReader.Read(text, path);
        var mistakes = read.Mistakes.ToList();
        if (mistakes.Count == 0 && read.Documents.Length > 0)
        {
            var own = new List<Mistake>();
            file.Take(read.Documents[0].Root, own);
            mistakes.AddRange(read.Documents[0].Locate(own));
        }

        return mistakes.Count == 0
            ? file
            : throw new VerbException(string.Join('\n', mistakes.Select(m => m.ToString())), ExitCode.WrongInput);
    }

    /// <summary>A context; throws a <see cref="VerbException"/> when there is none of the name.</summary>
    public ServerContext Find(string name) => _contexts.TryGetValue(name, out var context)
        ? context
        : throw new VerbException(
            $"reeve: there is no context {Quote.Text(name)}{DidYouMean.Hint(name, _contexts.Keys)}", ExitCode.WrongInput);

    public void Put(ServerContext context) => _contexts[context.Name] = context;

    public void Remove(string name)
    {
        _contexts.Remove(name);
        Current = Current == name ? null : Current;
    }

    /// <summary>Writes the file, whole or not at all, readable by its owner alone.</summary>
    public void Write()
    {
        var contexts = new JsonObject();
        foreach (var context in _contexts.Values)
        {
            var one = new JsonObject { ["server"] = context.Server };
            foreach (var (name, value) in Fields(context))
            {
                if (value is not null)
                {
                    one[name] = value;
                }
            }

            contexts[context.Name] = one;
        }

        var root = new JsonObject { ["contexts"] = contexts };
        if (Current is not null)
        {
            root.Insert(0, "current", Current);
        }

        try
        {
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(Path))!);
            var fresh = Path + ".new";
            var options = new FileStreamOptions
            {
                Mode = FileMode.Create,
                Access = FileAccess.Write,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            };
            using (var stream = new FileStream(fresh, options))
            {
                stream.Write(Encoding.UTF8.GetBytes(YamlText.Write(Json.From(root))));
            }

            File.Move(fresh, Path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new VerbException($"reeve: `{Path}` cannot be written: {e.Message.TrimEnd('.')}", ExitCode.CouldNotRun);
        }
    }

    private static (string Name, string? Value)[] Fields(ServerContext context) =>
    [
        ("tenant", context.Tenant), ("project", context.Project), ("token", context.Token), ("token_file", context.TokenFile),
    ];

    private void Take(JsonElement root, List<Mistake> mistakes)
    {
        var fields = new FieldReader(root, "", mistakes);
        Current = fields.Text("current");
        if (fields.Object("contexts") is { } contexts)
        {
            foreach (var name in contexts.Names)
            {
                if (contexts.Object(name) is not { } one)
                {
                    continue;
                }

                var server = one.RequiredText("server");
                Put(new ServerContext(name, server)
                {
                    Tenant = one.Text("tenant"),
                    Project = one.Text("project"),
                    Token = one.Text("token"),
                    TokenFile = one.Text("token_file"),
                });
                one.Close();
            }
        }

        fields.Close();
        if (Current is { } current && mistakes.Count == 0 && !_contexts.ContainsKey(current))
        {
            fields.Report(
                ErrorCodes.NotFound, "current",
                $"there is no context {Quote.Text(current)}{DidYouMean.Hint(current, _contexts.Keys)}");
        }
    }
}
