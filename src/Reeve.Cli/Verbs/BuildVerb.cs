using System.CommandLine;
using System.Text;
using System.Text.Json;
using Reeve.Cli.Rego;
using Reeve.Core.Documents;
using Reeve.Core.Errors;
using Reeve.Languages.Rego.Bundles;
using Reeve.Languages.Rego.Compiler;
using Reeve.Languages.Rego.Evaluation;
using Reeve.Languages.Rego.Syntax;
using Reeve.Languages.Rego.Values;
using Reeve.Server.Hosting;

namespace Reeve.Cli.Verbs;

/// <summary><c>reeve build PATH…</c>: packs policies and data in Rego into a bundle, signed when a key is given.</summary>
internal static class BuildVerb
{
    public static Command Make(Terminal terminal)
    {
        var paths = new Argument<string[]>("path") { Description = "files and folders, or bundles", Arity = ArgumentArity.OneOrMore };
        var bundles = new Option<bool>("--bundle", "-b") { Description = "the paths are bundles: folders or packed archives" };
        var output = Word("--output", "-o", "FILE", "the bundle; bundle.tar.gz unless given");
        var revision = Word("--revision", "-r", "TEXT", "the revision that its manifest says");
        var key = Word("--signing-key", null, "KEY", "the file of a private key (PEM), or the secret itself: sign with it");
        var algorithm = Word("--signing-alg", null, "NAME", "how it is signed; RS256 unless given");
        var claims = Word("--claims-file", null, "FILE", "JSON with what the signature says beside the files: keyid, scope");
        var ignored = new Option<string[]>("--ignore")
        {
            Description = "a pattern of names that are left out",
            DefaultValueFactory = _ => [],
        };
        var v0 = new Option<bool>("--v0-compatible") { Description = "read policies in the language before OPA 1.0" };
        var command = new Command("build", "pack policies and data in Rego into a bundle; ends with 2 when they do not compile")
        {
            paths, bundles, output, revision, key, algorithm, claims, ignored, v0,
        };
        command.SetAction(parsed =>
        {
            var version = parsed.GetValue(v0) ? RegoVersion.V0 : RegoVersion.V1;
            var said = parsed.GetValue(revision);
            var isBundle = parsed.GetValue(bundles);
            var read = isBundle ? "bundles" : "files";
            OutputFile.Check("build", parsed.GetValue(output) ?? "bundle.tar.gz");
            try
            {
                var files = Load(parsed.GetValue(paths)!, isBundle, version, parsed.GetValue(ignored)!, terminal);
                if (files is null)
                {
                    return ExitCode.WrongInput;
                }

                var content = isBundle && parsed.GetValue(paths)! is [var only]
                    ? OfBundle(only, files, said, version)
                    : OfFiles(files, said, version);
                Write(content, parsed.GetValue(output) ?? "bundle.tar.gz",
                    Signing(parsed.GetValue(key), parsed.GetValue(algorithm) ?? "RS256", parsed.GetValue(claims)));
                return ExitCode.Fine;
            }
            catch (BundleException e)
            {
                throw Wrong($"{read}: {e.Message}");
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new VerbException($"build: {e.Message.TrimEnd('.')}", ExitCode.CouldNotRun);
            }
        });
        return command;
    }

    private static RegoFiles? Load(string[] paths, bool areBundles, RegoVersion version, string[] ignored, Terminal terminal)
    {
        var files = new RegoFiles(version) { Ignored = ignored };
        foreach (var path in paths)
        {
            if (areBundles)
            {
                files.LoadBundle(path);
            }
            else
            {
                files.Load(path);
            }
        }

        var errors = files.Errors.Count > 0 ? files.Errors : RegoProgram.Compile(files.Modules, new CompileOptions()).Errors;
        if (errors.Count == 0)
        {
            return files;
        }

        terminal.Error.Write(new ErrorTexts(files.Texts).All(errors) + "\n");
        return null;
    }

    // one bundle keeps its manifest and the names of its policies
    private static List<BundleFile> OfBundle(string path, RegoFiles files, string? revision, RegoVersion version)
    {
        var there = RegoFiles.BundleFiles(path);
        var manifest = there.FirstOrDefault(f => f.Path == BundleManifest.FileName) is { } said
            ? BundleManifest.Read(said.Content, BundleLimits.Default.MaxDepth)
            : new BundleManifest();
        var content = Data(files);
        content.AddRange(there.Where(f => f.Name.EndsWith(".rego", StringComparison.Ordinal)
            && files.Texts.ContainsKey($"{path.TrimEnd('/')}/{f.Path}")));
        content.Add(BundleWriter.Manifest(manifest with
        {
            Revision = revision ?? manifest.Revision,
            Version = manifest.Version ?? version,
        }));
        return content;
    }

    private static List<BundleFile> OfFiles(RegoFiles files, string? revision, RegoVersion version)
    {
        var content = Data(files);
        foreach (var module in files.Modules.OrderBy(m => m.File, StringComparer.Ordinal))
        {
            var parts = module.File.Replace('\\', '/').Split('/', StringSplitOptions.RemoveEmptyEntries).Where(p => p is not ("." or ".."));
            content.Add(new BundleFile(string.Join('/', parts), Encoding.UTF8.GetBytes(module.Text)));
        }

        content.Add(BundleWriter.Manifest(new BundleManifest { Revision = revision ?? "", Version = version }));
        return content;
    }

    private static List<BundleFile> Data(RegoFiles files) => [new("data.json", ValueJson.ToUtf8(files.Data))];

    private static Func<IEnumerable<BundleFile>, BundleFile>? Signing(string? key, string algorithm, string? claimsFile)
    {
        if (key is null)
        {
            return claimsFile is null ? null : throw Wrong("`--claims-file` says what a signature holds; give `--signing-key` too");
        }

        if (!BundleSigner.Algorithms.Contains(algorithm))
        {
            throw Wrong($"there is no algorithm {Quote.Text(algorithm)}{DidYouMean.Hint(algorithm, BundleSigner.Algorithms)}; "
                + $"there are {Quote.List(BundleSigner.Algorithms)}");
        }

        JsonElement? claims = null;
        try
        {
            claims = claimsFile is null ? null : JsonDocument.Parse(File.ReadAllBytes(claimsFile)).RootElement.Clone();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Wrong($"`--claims-file`: `{claimsFile}`: {FileReason.Of(claimsFile!, e)}");
        }
        catch (JsonException e)
        {
            throw Wrong($"`{claimsFile}` is no JSON: {e.Message.TrimEnd('.')}");
        }

        if (claims is { ValueKind: not JsonValueKind.Object })
        {
            throw Wrong($"`{claimsFile}` must hold an object");
        }

        var secret = File.Exists(key) ? File.ReadAllText(key) : key;
        return files => BundleSigner.Sign(files, algorithm, secret, claims);
    }

    // a reader never sees half of one
    private static void Write(List<BundleFile> content, string output, Func<IEnumerable<BundleFile>, BundleFile>? sign)
    {
        if (sign is not null)
        {
            content.Add(sign([.. content]));
        }

        var half = $"{output}.half";
        using (var stream = File.Create(half))
        {
            BundleWriter.Write(content, stream);
        }

        File.Move(half, output, overwrite: true);
    }

    private static VerbException Wrong(string message) => new($"build: {message}", ExitCode.WrongInput);

    private static Option<string?> Word(string name, string? alias, string help, string description)
    {
        var option = alias is null ? new Option<string?>(name) : new Option<string?>(name, alias);
        option.Description = description;
        option.HelpName = help;
        return option;
    }
}
