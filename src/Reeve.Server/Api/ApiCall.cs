using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Reeve.Core.Documents;
using Reeve.Core.Errors;
using Reeve.Core.Identity;
using Reeve.Server.Access;
using Reeve.Server.Api.Requests;

namespace Reeve.Server.Api;

/// <summary>One request, with what operations ask of it.</summary>
internal sealed class ApiCall(HttpContext http, ApiState state)
{
    private const int LongestUser = 64;

    public HttpContext Http => http;

    public ApiState State => state;

    public CancellationToken Aborted => http.RequestAborted;

    /// <summary>Who was let in, and to what.</summary>
    public Admitted Admitted { get; } = http.Features.Get<Admitted>()
        ?? throw new InvalidOperationException("a request came past the access gate");

    /// <summary>The one project whose records the caller may see; null for all of the tenant.</summary>
    public string? OnlyProject => Admitted.OnlyProject;

    /// <summary>Whose documents and records: tenant and project of the query, <c>default</c> when not said.</summary>
    public Scope Scope => new(Query("tenant") ?? Scope.Default.Tenant, Query("project") ?? Scope.Default.Project);

    /// <summary>Throws an <see cref="ApiProblem"/> when the caller is not of this role there.</summary>
    public void MustBe(Role role, string tenant, string project)
    {
        if (!Admitted.Caller.May(role, tenant, project))
        {
            throw Admitted.Refused(Admitted.Caller, role, tenant, project);
        }
    }

    /// <summary>Who calls, for the record. Without authentication it is what the caller says of itself.</summary>
    public string Who => !Admitted.Caller.IsUnnamed
        ? Admitted.Caller.Name
        : http.Request.Headers["Reeve-User"].ToString() is { Length: > 0 and <= LongestUser } user && ResourceDocument.IsName(user)
            ? $"user/{user}"
            : "user/unknown";

    /// <summary>A parameter of the query; tenant and project as they were granted when the request does not say.</summary>
    public string? Query(string name) => http.Request.Query[name].ToString() is { Length: > 0 } value
        ? value
        : name switch
        {
            "tenant" => Admitted.Tenant,
            "project" => Admitted.Project,
            _ => null,
        };

    public string Route(string name) => http.GetRouteValue(name)?.ToString() ?? "";

    /// <summary>A flag of the query; throws an <see cref="ApiProblem"/> when it is neither true nor false.</summary>
    public bool Flag(string name) => Query(name) switch
    {
        null or "false" => false,
        "true" or "" => true,
        var other => throw new ApiProblem(ErrorCodes.WrongType, $"{name}: expected `true` or `false`, found {Quote.Text(other)}"),
    };

    /// <summary>
    /// The body's bytes; throws an <see cref="ApiProblem"/> when it is too large or of a type that the operation does not read.
    /// </summary>
    public async Task<ReadOnlyMemory<byte>> BodyAsync(params string[] types)
    {
        var type = http.Request.ContentType?.Split(';')[0].Trim().ToLowerInvariant();
        if (type is { Length: > 0 } && !types.Contains(type) && type is not ("application/octet-stream" or "text/plain"))
        {
            throw new ApiProblem(
                ErrorCodes.UnsupportedMedia,
                $"content-type: {Quote.Text(type)} is not read here; send {string.Join(" or ", types.Select(t => $"`{t}`"))}");
        }

        return await BytesAsync();
    }

    private async Task<ReadOnlyMemory<byte>> BytesAsync()
    {
        await MustNotBeTooLargeAsync();
        var limit = state.Options.MaxRequestBytes;
        using var buffer = new MemoryStream((int)(http.Request.ContentLength ?? 4096));
        var chunk = new byte[16 * 1024];
        int read;
        while ((read = await http.Request.Body.ReadAsync(chunk, Aborted)) > 0)
        {
            if (buffer.Length + read > limit)
            {
                await DrainAsync();
                throw TooLarge(limit);
            }

            buffer.Write(chunk, 0, read);
        }

        return buffer.GetBuffer().AsMemory(0, (int)buffer.Length);
    }

    /// <summary>
    /// A hash of what is asked, to see that it is asked again. Reads the body as a whole, and leaves it to be read; throws an
    /// <see cref="ApiProblem"/> when it is too large.
    /// </summary>
    public async Task<string> HashAsync()
    {
        var body = await BytesAsync();
        http.Request.Body = new MemoryStream(body.ToArray(), writable: false);
        return RequestHash.Of(http.Request, body.Span);
    }

    /// <summary>The files of a form; throws an <see cref="ApiProblem"/> when it is none.</summary>
    public async Task<IReadOnlyList<(string Name, ReadOnlyMemory<byte> Text)>> FilesAsync()
    {
        IFormCollection form;
        await MustNotBeTooLargeAsync();
        try
        {
            form = await http.Request.ReadFormAsync(Aborted);
        }
        catch (Exception e) when (e is InvalidDataException or IOException and not BadHttpRequestException)
        {
            throw new ApiProblem(ErrorCodes.MalformedText, $"body: this is no form ({e.Message.TrimEnd('.')})");
        }

        var files = new List<(string, ReadOnlyMemory<byte>)>();
        foreach (var file in form.Files)
        {
            using var text = new MemoryStream((int)file.Length);
            await file.CopyToAsync(text, Aborted);
            files.Add((file.FileName, text.GetBuffer().AsMemory(0, (int)text.Length)));
        }

        return files.Count > 0 ? files : throw new ApiProblem(ErrorCodes.MalformedText, "body: there is no file in the form");
    }

    /// <summary>The body as one object, its fields to be read; empty when there is no body.</summary>
    public async Task<JsonElement> ObjectAsync()
    {
        var body = await BodyAsync("application/json");
        if (body.Length == 0)
        {
            return Json.EmptyObject;
        }

        var read = DocumentReader.Read(body, "body");
        if (read.Mistakes.Length > 0)
        {
            throw new ApiProblem(read.Mistakes);
        }

        return read.Documents.Length == 1
            ? read.Documents[0].Root
            : throw new ApiProblem(ErrorCodes.WrongType, "body: expected one object");
    }

    public Task WriteAsync(int status, Action<Utf8JsonWriter> write) => JsonReply.WriteAsync(http, status, "application/json", write);

    private async Task MustNotBeTooLargeAsync()
    {
        if (http.Request.ContentLength > state.Options.MaxRequestBytes)
        {
            await DrainAsync();
            throw TooLarge(state.Options.MaxRequestBytes);
        }
    }

    // whoever is still sending does not read the answer yet; what is far too large is cut off by the server all the same
    private async Task DrainAsync()
    {
        try
        {
            await http.Request.Body.CopyToAsync(Stream.Null, Aborted);
        }
        catch (BadHttpRequestException)
        {
            // then the sender may find the connection closed
        }
    }

    private static ApiProblem TooLarge(long limit) => new(ErrorCodes.TooLarge, $"body: it is larger than {limit} bytes; split it");
}
