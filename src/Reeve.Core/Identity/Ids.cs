using System.Text.Json;
using System.Text.Json.Serialization;

namespace Reeve.Core.Identity;

/// <summary>An id is a text with a type, so that one kind of id cannot be passed for another.</summary>
public interface IId<TSelf> where TSelf : struct, IId<TSelf>
{
    /// <summary>The id as text.</summary>
    string Value { get; }

    /// <summary>The id that has this text.</summary>
    static abstract TSelf Of(string value);
}

/// <summary>Names one execution.</summary>
[JsonConverter(typeof(IdJsonConverter<ExecutionId>))]
public readonly record struct ExecutionId(string Value) : IId<ExecutionId>
{
    /// <inheritdoc/>
    public static ExecutionId Of(string value) => new(value);

    /// <inheritdoc/>
    public override string ToString() => Value;
}

/// <summary>Names one incident.</summary>
[JsonConverter(typeof(IdJsonConverter<IncidentId>))]
public readonly record struct IncidentId(string Value) : IId<IncidentId>
{
    /// <inheritdoc/>
    public static IncidentId Of(string value) => new(value);

    /// <inheritdoc/>
    public override string ToString() => Value;
}

/// <summary>Names one episode.</summary>
[JsonConverter(typeof(IdJsonConverter<EpisodeId>))]
public readonly record struct EpisodeId(string Value) : IId<EpisodeId>
{
    /// <inheritdoc/>
    public static EpisodeId Of(string value) => new(value);

    /// <inheritdoc/>
    public override string ToString() => Value;
}

/// <summary>Names one request for approval.</summary>
[JsonConverter(typeof(IdJsonConverter<ApprovalId>))]
public readonly record struct ApprovalId(string Value) : IId<ApprovalId>
{
    /// <inheritdoc/>
    public static ApprovalId Of(string value) => new(value);

    /// <inheritdoc/>
    public override string ToString() => Value;
}

/// <summary>Writes an id as a JSON string.</summary>
public sealed class IdJsonConverter<TId> : JsonConverter<TId> where TId : struct, IId<TId>
{
    /// <inheritdoc/>
    public override TId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        TId.Of(reader.GetString() ?? "");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, TId value, JsonSerializerOptions options) => writer.WriteStringValue(value.Value);
}
