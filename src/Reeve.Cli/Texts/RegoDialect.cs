using System.Globalization;
using Reeve.Languages.Rego;
using Reeve.Languages.Rego.Compiler;
using Reeve.Languages.Rego.Evaluation;
using Reeve.Languages.Rego.Format;
using Reeve.Languages.Rego.Syntax;

namespace Reeve.Cli.Texts;

/// <summary>Rego, <c>.rego</c>: all texts of one call are compiled together, as they may use each other.</summary>
internal sealed class RegoDialect : IDialect
{
    public string Name => "Rego";

    public IReadOnlyList<string> Endings => [".rego"];

    public IReadOnlyList<TextReport> Check(IReadOnlyList<SourceText> texts, bool compileOnly)
    {
        var modules = new List<RegoModule>();
        var errors = new List<RegoError>();
        foreach (var text in texts)
        {
            var parsed = RegoModule.Parse(text.Text, text.File, RegoVersion.V1);
            errors.AddRange(parsed.Errors);
            if (parsed.Module is not null)
            {
                modules.Add(parsed.Module);
            }
        }

        // what others say of a text that cannot be read would be noise
        if (errors.Count == 0)
        {
            errors.AddRange(RegoProgram.Compile(modules, new CompileOptions { MaxErrors = 1000 }).Errors);
        }

        IReadOnlyList<RegoError> findings = errors.Count > 0 || compileOnly
            ? []
            : RegoProgram.Compile(modules, new CompileOptions { Strict = true, MaxErrors = 1000 }).Errors;
        return [.. texts.Select((t, at) => new TextReport(t.File, Of(errors, t.File, at), Of(findings, t.File, at)))];
    }

    public (string? Text, TextReport Report) Format(SourceText text)
    {
        var (formatted, errors) = RegoFormat.Format(text.Text, text.File, RegoVersion.V1);
        return (formatted, new TextReport(text.File, Of(errors, text.File, 0), []));
    }

    // what has no file of its own is said of the first
    private static List<TextMessage> Of(IReadOnlyList<RegoError> errors, string file, int at) =>
    [
        .. errors.Where(e => e.File == file || (at == 0 && e.File.Length == 0)).Select(e => new TextMessage(
            e.Row, e.Column, e.Code, e.Message, new Dictionary<string, string>
            {
                ["code"] = e.Code, ["message"] = e.Message,
                ["place"] = string.Create(CultureInfo.InvariantCulture, $"{e.File}:{e.Row}:{e.Column}"),
            })),
    ];
}
