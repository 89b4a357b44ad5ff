using System.Text;
using Reeve.Languages.Rego.Syntax;

namespace Reeve.Languages.Rego.Format;

/// <summary>Writes lines, indented with tabs, and puts each comment before or behind what stood on its row.</summary>
internal sealed class LayoutWriter(IEnumerable<Comment> comments)
{
    private readonly List<Comment> _comments = [.. comments.OrderBy(c => c.Location.Row)];
    private readonly StringBuilder _text = new();
    private int _next;
    private Comment? _atEnd;
    private bool _delayed;

    public int Level { get; set; }

    /// <summary>Has the line begun?</summary>
    public bool IsInline { get; private set; }

    public bool IsAtEndTaken => _atEnd is not null;

    /// <summary>The row of the next comment.</summary>
    public int NextComment => _next < _comments.Count ? _comments[_next].Location.Row : int.MaxValue;

    public void Write(string text) => _text.Append(text);

    public void StartLine()
    {
        IsInline = true;
        _text.Append('\t', Level);
    }

    /// <summary>The comment that waits stays behind the line that is begun next.</summary>
    public void Delay() => _delayed = true;

    public void EndLine()
    {
        IsInline = false;
        if (_atEnd is not null && !_delayed)
        {
            _text.Append(" #").Append(TextOf(_atEnd));
            _atEnd = null;
        }

        _delayed = false;
        _text.Append('\n');
    }

    public void BlankLine()
    {
        if (IsInline)
        {
            EndLine();
        }

        _text.Append('\n');
    }

    /// <summary>Writes the comments from before a row, and keeps that of the row for the end of the line.</summary>
    public void CommentsTo(int row)
    {
        Comment? before = null;
        var inMetadata = false;
        for (; NextComment < row; _next++)
        {
            var comment = _comments[_next];
            var distance = before is null ? 0 : comment.Location.Row - before.Location.Row;
            if (distance > 1)
            {
                BlankLine();
                inMetadata = false;
            }
            else if (distance == 1 && inMetadata && IsMetadata(comment))
            {
                BlankLine();
            }

            inMetadata |= IsMetadata(comment);
            Line($"#{TextOf(comment)}");
            before = comment;
        }

        if (before is not null && row - before.Location.Row > 1)
        {
            BlankLine();
        }

        while (NextComment == row)
        {
            if (_atEnd is not null && _atEnd != _comments[_next])
            {
                throw new LayoutException();
            }

            _atEnd = _comments[_next++];
        }
    }

    /// <summary>All comments that are left.</summary>
    public void RemainingComments()
    {
        Comment? before = null;
        for (; _next < _comments.Count; _next++)
        {
            if (before is not null && _comments[_next].Location.Row - before.Location.Row > 1)
            {
                BlankLine();
            }

            before = _comments[_next];
            Line($"#{TextOf(before)}");
        }
    }

    public void Line(string text)
    {
        if (!IsInline)
        {
            StartLine();
        }

        Write(text);
        EndLine();
    }

    public Mark Here() => new(_text.Length, Level, IsInline, _next, _atEnd, _delayed);

    /// <summary>Forgets what was written since, and writes what stood there instead; its comments are in it.</summary>
    public void Replace(Mark mark, string raw, int firstRow, int lastRow)
    {
        _text.Length = mark.Length;
        (Level, IsInline, _next, _atEnd, _delayed) = (mark.Level, mark.IsInline, mark.Next, mark.AtEnd, mark.IsDelayed);
        if (_atEnd is not null && _atEnd.Location.Row >= firstRow && _atEnd.Location.Row < lastRow)
        {
            _atEnd = null;
        }

        Write(raw);
        while (NextComment < lastRow)
        {
            _next++;
        }
    }

    public override string ToString() => _text.ToString();

    private static string TextOf(Comment comment) => comment.Text.TrimEnd();

    private static bool IsMetadata(Comment comment) => comment.Text.Trim() == "METADATA";

    internal readonly record struct Mark(int Length, int Level, bool IsInline, int Next, Comment? AtEnd, bool IsDelayed);
}
