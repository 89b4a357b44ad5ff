using Reeve.Core.Identity;

namespace Reeve.Storage.Records;

/// <summary>Names the reply to a request that carried an idempotency key: each caller has keys of its own.</summary>
public readonly record struct ReplyKey(Scope Scope, string Who, string Key);

/// <summary>The reply to a request that carried an idempotency key.</summary>
/// <param name="Key">Whose key it was.</param>
/// <param name="Request">A hash of the request.</param>
/// <param name="Status">The status of the reply.</param>
/// <param name="Location">Its <c>Location</c>, or null.</param>
/// <param name="Body">Its body, JSON.</param>
/// <param name="CreatedAt">When it was given.</param>
public sealed record KeptReply(ReplyKey Key, string Request, int Status, string? Location, string Body, DateTimeOffset CreatedAt);
