using System.Collections.Immutable;
using System.Text.Json;
using Reeve.Core.Documents;
using Reeve.Core.Errors;

namespace Reeve.Engines.Check;

/// <summary>What a check runs: a program or a workflow, and how.</summary>
internal sealed record CheckSource
{
    /// <summary>The schema of the built-in type, in the shape in which policy types show it.</summary>
    public const string Schema = """
        {
          "command": {
            "type": "List", "schema": { "*": { "type": "String" } },
            "description": "The program and its arguments, from an allowed folder; no shell reads them. May refer to the context."
          },
          "workflow": { "type": "String", "description": "The workflow to run instead: its success passes, its failure is the finding." },
          "inputs": { "type": "Map", "description": "The inputs of the workflow. May refer to the context." },
          "folder": { "type": "String", "description": "The folder that the program runs in. When not given: that of the executable." },
          "env": { "type": "Map", "description": "Variables for the program; texts. May refer to the context." },
          "timeout": {
            "type": "String", "default": "30s", "constraints": [{ "type": "Duration", "constraint": { "min": "100ms", "max": "24h" } }],
            "description": "The longest that the check may take; then it is ended, and that is the finding."
          },
          "output_limit": {
            "type": "Integer", "default": 16384, "constraints": [{ "type": "Range", "constraint": { "min": 0, "max": 1048576 } }],
            "description": "How many bytes of each output are kept: the first half and the last half."
          },
          "input": {
            "type": "Boolean", "default": true,
            "description": "Does the program get the context (target, group, policy, properties, signal) as JSON on its standard input?"
          }
        }
        """;

    /// <summary>The longest that one check may take.</summary>
    public static readonly TimeSpan LongestTimeout = TimeSpan.FromHours(24);

    /// <summary>The most that is kept of each output, in bytes.</summary>
    public const int LargestOutputLimit = 1024 * 1024;

    /// <summary>The executable and its arguments, with references; empty when it is a workflow.</summary>
    public ImmutableArray<string> Command { get; init; } = [];

    /// <summary>The workflow's name; null when it is a program.</summary>
    public string? Workflow { get; init; }

    /// <summary>The folder that the program runs in.</summary>
    public string? Folder { get; init; }

    /// <summary>Variables laid over those that every program gets, with references.</summary>
    public ImmutableSortedDictionary<string, string> Environment { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>The inputs of the workflow, with references; an object.</summary>
    public JsonElement Inputs { get; init; } = Json.EmptyObject;

    public TimeSpan Timeout { get; init; }

    public int OutputLimit { get; init; }

    /// <summary>Is the context given as JSON on the standard input?</summary>
    public bool Input { get; init; }

    /// <summary>Reads it from the source of a policy type, where everything else is unknown, or from the properties of a policy.</summary>
    public static CheckSource Read(JsonElement source, string path, bool closed, List<Mistake> mistakes)
    {
        var fields = new FieldReader(source, path, mistakes);
        var command = fields.Texts("command");
        var workflow = fields.Text("workflow");
        var read = new CheckSource
        {
            Command = command,
            Workflow = workflow,
            Inputs = ReadInputs(fields),
            Folder = fields.Text("folder"),
            Environment = fields.TextMap("env"),
            Timeout = fields.Duration("timeout", TimeSpan.FromMilliseconds(100), LongestTimeout) ?? TimeSpan.FromSeconds(30),
            OutputLimit = fields.Whole("output_limit", 0, LargestOutputLimit) ?? 16 * 1024,
            Input = fields.Flag("input", otherwise: true),
        };
        CheckWhat(fields, read);
        CheckEnvironment(fields, read);
        CheckReferences(fields, mistakes);
        if (closed)
        {
            fields.Close();
        }

        return read;
    }

    private static void CheckWhat(FieldReader fields, CheckSource read)
    {
        if (fields.Value.ValueKind != JsonValueKind.Object)
        {
            return;
        }

        var hasCommand = fields.Has("command");
        var hasWorkflow = fields.Has("workflow");
        if (hasCommand && hasWorkflow)
        {
            fields.Report(ErrorCodes.NotAllowed, "workflow", "a check runs a `command` or a `workflow`, not both");
        }
        else if (!hasCommand && !hasWorkflow)
        {
            var near = fields.Names.Select(name => (Name: name, Meant: DidYouMean.Find(name, ["command", "workflow"])));
            var (written, meant) = near.FirstOrDefault(n => n.Meant is not null);
            var hint = meant is null ? "" : $"; did you mean `{meant}` by {Quote.Text(written)}?";
            fields.Report(ErrorCodes.MissingField, $"give a `command` (a list: the executable, then its arguments) or a `workflow`{hint}");
        }

        if (hasCommand && fields.KindOf("command") == JsonValueKind.Array)
        {
            var items = fields.Raw("command")!.Value;
            if (items.GetArrayLength() == 0
                || (items[0].ValueKind == JsonValueKind.String && string.IsNullOrWhiteSpace(items[0].GetString())))
            {
                fields.Report(ErrorCodes.NotAllowed, "command", "expected the path of an executable as the first item");
            }
        }

        if (hasWorkflow && read.Workflow is { } name && string.IsNullOrWhiteSpace(name))
        {
            fields.Report(ErrorCodes.NotAllowed, "workflow", "expected the name of a workflow, found an empty text");
        }

        if (hasWorkflow && !hasCommand)
        {
            foreach (var field in (string[])["folder", "env"])
            {
                if (IsGiven(fields, field))
                {
                    fields.Report(ErrorCodes.NotAllowed, field, $"`{field}` goes with a `command`; a workflow gets `inputs`");
                }
            }
        }
        else if (hasCommand && !hasWorkflow && IsGiven(fields, "inputs"))
        {
            const string instead = "a program gets arguments, `env` and its standard input";
            fields.Report(ErrorCodes.NotAllowed, "inputs", $"`inputs` go with a `workflow`; {instead}");
        }
    }

    private static JsonElement ReadInputs(FieldReader fields)
    {
        if (fields.Raw("inputs") is not { } inputs)
        {
            return Json.EmptyObject;
        }

        if (inputs.ValueKind == JsonValueKind.Object)
        {
            return inputs;
        }

        fields.Report(ErrorCodes.WrongType, "inputs", $"expected an object, found {Quote.Value(inputs)}");
        return Json.EmptyObject;
    }

    // an empty map may be a default that was filled in
    private static bool IsGiven(FieldReader fields, string name) =>
        fields.Raw(name) is { } value && !(value.ValueKind == JsonValueKind.Object && !value.EnumerateObject().Any());

    private static void CheckEnvironment(FieldReader fields, CheckSource read)
    {
        foreach (var name in read.Environment.Keys)
        {
            if (name.Length == 0 || char.IsAsciiDigit(name[0]) || !name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_'))
            {
                const string expected = "expected letters, digits and `_`, not starting with a digit";
                fields.Report(ErrorCodes.NotAllowed, "env", $"{Quote.Text(name)} is no name of a variable: {expected}");
            }
        }
    }

    private static void CheckReferences(FieldReader fields, List<Mistake> mistakes)
    {
        foreach (var name in (string[])["command", "env", "inputs"])
        {
            if (fields.Raw(name) is not { } value)
            {
                continue;
            }

            foreach (var reference in Template.Parse(value, fields.PathOf(name), mistakes).References)
            {
                var first = reference.Text.Split('.', '[', ' ')[0];
                if (!CheckContext.Roots.Contains(first))
                {
                    var hint = DidYouMean.Hint(first, CheckContext.Roots);
                    var message = $"the reference {Quote.Text(reference.Text)} starts with nothing that a check knows{hint}";
                    fields.Report(ErrorCodes.NotFound, name, $"{message}; there is {Quote.List(CheckContext.Roots)}");
                }
            }
        }
    }
}
