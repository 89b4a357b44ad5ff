namespace Reeve.Languages.PolicyTemplates.Compiler;

/// <summary>Every block and field of a template.</summary>
internal static class Grammar
{
    public const string Data = "parameter datasource";

    private static readonly FieldRule _description = new("description", "s");

    public static readonly BlockRule Parameter = new("parameter",
    [
        new("type", "s", Needs: true), new("label", "s", Needs: true), new("category", "s"), _description, new("default", "l"),
        new("no_echo", "b"), new("allowed_values", "L"), new("allowed_pattern", "r"), new("min_length", "n"), new("max_length", "n"),
        new("min_value", "n"), new("max_value", "n"), new("constraint_description", "s"),
    ]);

    private static readonly BlockRule _credentials = new("credentials",
    [
        new("schemes", "S", Needs: true), new("label", "s", Needs: true), _description, new("tags", "S"), new("aws_account_number", "t"),
    ]);

    // by its type: see AuthGrammar
    private static readonly BlockRule _auth = new("auth", null);

    private static readonly FieldRule _runScript = new("run_script", "$*", Kinds: "script");

    private static readonly BlockRule _request = new("request",
    [
        new("auth", "$", Kinds: "credentials auth"), new("pagination", "$", Kinds: "pagination"), new("verb", "s"), new("scheme", "t"),
        new("host", "t"), new("path", "t"), new("query", "tt", Many: true), new("header", "tt", Many: true),
        new("body_field", "tt", Many: true), new("body", "t"), new("ignore_status", "t"), _runScript,
    ]);

    private static readonly BlockRule _collect = new("collect", null);

    private static readonly BlockRule _result = new("result",
    [
        new("encoding", "s"),
        new("field", "s?t", Many: true, Body: _collect, BodyIsOptional: true),
        new("collect", "t", Body: _collect),
    ]);

    /// <summary>The inside of <c>collect</c> and of a <c>field</c> with a block, which hold each other.</summary>
    public static readonly FieldRule[] Collected =
    [
        new("field", "s?t", Many: true, Body: _collect, BodyIsOptional: true), new("collect", "t", Body: _collect),
    ];

    public static readonly BlockRule Datasource = new("datasource",
    [
        new("request", "", Body: _request), new("result", "", Body: _result), new("iterate", "t", Many: true), _runScript,
        new("batch", "b"), new("field", "st", Many: true), _description,
    ]);

    private static readonly BlockRule _script = new("script",
    [
        new("parameters", "S"), new("result", "s", Needs: true), new("code", "s", Needs: true),
    ]);

    private static readonly BlockRule _pagination = new("pagination",
    [
        new("get_page_marker", "", Needs: true, Body: new("get_page_marker", [new("body_path", "t"), new("header", "s")])),
        new("set_page_marker", "", Needs: true, Body: new("set_page_marker",
            [new("query", "s"), new("header", "s"), new("body_field", "s"), new("uri", "b")])),
    ]);

    private static readonly BlockRule _export = new("export",
    [
        new("resource_level", "b"),
        new("field", "s", Many: true, Body: new("field", [new("label", "s"), new("path", "s"), new("format", "s")]), BodyIsOptional: true),
    ]);

    private static readonly BlockRule _validate = new("validate",
    [
        new("summary_template", "s"), new("detail_template", "s"), new("check", "t", Many: true),
        new("escalate", "$", Many: true, Kinds: "escalation"), new("resolve", "$", Many: true, Kinds: "resolution"),
        new("hash_include", "S"), new("hash_exclude", "S"), new("export", "?s", Body: _export),
    ]);

    private static readonly BlockRule _policy = new("policy",
    [
        new("validate", "$", Many: true, Body: _validate, Kinds: Data), new("validate_each", "$", Many: true, Body: _validate, Kinds: Data),
    ]);

    private static readonly FieldRule _parameter = new("parameter", "s", Many: true, Body: Parameter);

    private static readonly BlockRule _email = new("email",
    [
        new("subject_template", "s"), new("body_template", "s"), new("attach_export_table", "t"), new("body_table_max_rows", "t"),
    ]);

    private static readonly BlockRule _escalation = new("escalation",
    [
        new("automatic", "t"), new("label", "s"), _description, _parameter,
        new("email", "t*", Many: true, Body: _email, BodyIsOptional: true),
        new("request_approval", "", Many: true, Body: new("request_approval", [new("label", "s"), _description, _parameter])),
        new("run", "s*", Many: true), new("resolve_incident", "", Many: true),
    ]);

    private static readonly BlockRule _permission = new("permission",
    [
        new("label", "s"), _description, new("resources", "S", Needs: true), new("actions", "S", Needs: true),
    ]);

    /// <summary>The template itself.</summary>
    public static readonly BlockRule Template = new("template",
    [
        new("name", "s", Needs: true), new("rs_pt_ver", "n", Needs: true), new("type", "s", Needs: true),
        new("short_description", "s", Needs: true), new("long_description", "s"), new("doc_link", "s"), new("severity", "s"),
        new("category", "s"), new("default_frequency", "s"), new("info", ""), new("tenancy", "s"),
        _parameter,
        new("credentials", "s", Many: true, Body: _credentials), new("auth", "s", Many: true, Body: _auth, BodyIsOptional: true),
        new("permission", "?s", Many: true, Body: _permission),
        new("resources", "s", Many: true, Body: ResourceGrammar.Block, BodyIsOptional: true),
        new("datasource", "s", Many: true, Body: Datasource), new("script", "s", Many: true, Body: _script),
        new("pagination", "s", Many: true, Body: _pagination), new("policy", "s", Needs: true, Many: true, Body: _policy),
        new("escalation", "s", Many: true, Body: _escalation), new("resolution", "s", Many: true,
        Body: _escalation with { Name = "resolution" }),
    ]);
}
