using Reeve.Storage.Sql;
using static Reeve.Storage.Sql.SqlColumn;

namespace Reeve.Storage.Records;

/// <summary>The tables that rows are put into; the migrations make them.</summary>
internal static class Tables
{
    public static readonly SqlTable Resources = new(
        "resources", 4, false,
        Text("tenant"), Text("project"), Text("kind"), Text("name"), Whole("revision"), Text("body"), Whole("created_at"),
        Whole("updated_at"), Text("updated_by"));

    public static readonly SqlTable Targets = new("targets", 3, false, Text("tenant"), Text("project"), Text("path"), Text("body"));

    public static readonly SqlTable Episodes = new(
        "episodes", 1, false,
        Text("id"), Text("tenant"), Text("project"), Text("binding"), Text("target"), Whole("opened_at"), Whole("ended_at"), Text("body"));

    public static readonly SqlTable Incidents = new(
        "incidents", 1, false,
        Text("id"), Text("tenant"), Text("project"), Text("status"), Text("binding"), Text("target"), Whole("triggered_at"),
        Whole("ended_at"), Text("body"));

    public static readonly SqlTable Approvals = new(
        "approvals", 1, false,
        Text("id"), Text("tenant"), Text("project"), Text("status"), Text("binding"), Text("target"), Text("incident"), Text("execution"),
        Whole("requested_at"), Whole("decided_at"), Text("body"));

    public static readonly SqlTable Executions = new(
        "executions", 1, false,
        Text("id"), Text("tenant"), Text("project"), Text("idempotency_key"), Text("status"), Text("target"), Text("binding"),
        Text("incident"), Whole("created_at"), Whole("ended_at"), Text("body"));

    public static readonly SqlTable Journal = new(
        "journal", 1, true,
        Whole("seq"), Text("tenant"), Text("project"), Whole("at"), Text("kind"), Text("target"), Text("binding"), Text("incident"),
        Text("episode"), Text("execution"), Text("body"), Text("hash"));

    public static readonly SqlTable Schedules = new(
        "schedules", 3, false, Text("tenant"), Text("project"), Text("binding"), Whole("last_due"), Text("body"));

    public static readonly SqlTable Checkpoints = new(
        "checkpoints", 4, false, Text("tenant"), Text("project"), Text("binding"), Text("target"), Text("body"));

    public static readonly SqlTable Replies = new(
        "replies", 4, false,
        Text("tenant"), Text("project"), Text("who"), Text("idempotency_key"), Text("request"), Whole("status"), Text("location"),
        Text("body"), Whole("created_at"));

    public static readonly SqlTable Tokens = new(
        "tokens", 1, false,
        Text("id"), Text("name"), Text("hash"), Text("grants"), Text("created_by"), Whole("created_at"), Whole("expires_at"),
        Whole("revoked_at"));

    public static readonly SqlTable Secrets = new(
        "secrets", 3, false,
        Text("tenant"), Text("project"), Text("name"), Text("key_id"), Text("sealed"), Whole("updated_at"), Text("updated_by"));

    public static readonly SqlTable RegoDocuments = new("rego_documents", 2, false, Text("kind"), Text("name"), Text("body"));
}
