using System.Collections.Frozen;

namespace Transponder.Notifiers.Channels.Slack;

/// <summary>What each of Slack's error codes means for a delivery. An unknown code may pass, so it is retried while the schedule lasts.</summary>
internal static class SlackErrors
{
    private static readonly FrozenDictionary<string, Meaning> Known = new (Meaning Meaning, string[] Codes)[]
    {
        (Meaning.TooMany, ["ratelimited", "rate_limited", "message_limit_exceeded"]),
        (
            Meaning.ForNow,
            [
                "fatal_error",
                "internal_error",
                "service_unavailable",
                "request_timeout",
                "team_added_to_org",
                "org_login_required",
                "rollup_error",
            ]
        ),
        (
            Meaning.Credentials,
            [
                "access_denied",
                "accesslimited",
                "account_inactive",
                "action_prohibited",
                "ekm_access_denied",
                "enterprise_is_restricted",
                "invalid_auth",
                "invalid_token",
                "missing_scope",
                "no_permission",
                "not_allowed_token_type",
                "not_authed",
                "team_access_not_granted",
                "team_disabled",
                "token_expired",
                "token_revoked",
                "two_factor_setup_required",
            ]
        ),
        (
            Meaning.Place,
            [
                "cannot_dm_bot",
                "channel_is_archived",
                "channel_not_found",
                "channel_type_not_supported",
                "is_archived",
                "messages_tab_disabled",
                "no_active_hooks",
                "no_service",
                "no_service_id",
                "no_team",
                "not_in_channel",
                "posting_to_general_channel_denied",
                "restricted_action",
                "restricted_action_non_threadable_channel",
                "restricted_action_read_only_channel",
                "restricted_action_thread_only_channel",
                "user_disabled",
                "user_not_found",
            ]
        ),
        (Meaning.Thread, ["cannot_reply_to_message", "message_not_found", "restricted_action_thread_locked", "thread_not_found"]),
        (
            Meaning.Message,
            [
                "attachment_payload_limit_exceeded",
                "invalid_arg_name",
                "invalid_arguments",
                "invalid_array_arg",
                "invalid_blocks",
                "invalid_blocks_format",
                "invalid_charset",
                "invalid_form_data",
                "invalid_json",
                "invalid_payload",
                "invalid_post_type",
                "json_not_object",
                "markdown_text_conflict",
                "missing_post_type",
                "missing_text_or_fallback_or_attachments",
                "msg_blocks_too_long",
                "msg_too_long",
                "no_text",
                "too_many_attachments",
            ]
        ),
    }
        .SelectMany(group => group.Codes.Select(code => (code, group.Meaning)))
        .ToFrozenDictionary(pair => pair.code, pair => pair.Meaning, StringComparer.Ordinal);

    // What keeps a message from being changed, but not from being sent anew.
    private static readonly FrozenSet<string> Unchangeable = FrozenSet.Create(
        StringComparer.Ordinal,
        "block_mismatch",
        "cant_update_message",
        "channel_not_found",
        "edit_window_closed",
        "is_inactive",
        "message_not_found"
    );

    private enum Meaning
    {
        TooMany,
        ForNow,
        Credentials,
        Place,
        Thread,
        Message,
    }

    // What nobody can place is tried a few times.
    private const int UnknownAttempts = 4;

    /// <summary>Whether Slack has a name for this in its errors.</summary>
    public static bool IsKnown(string code) => Known.ContainsKey(code);

    /// <summary>Whether the message could still go outside its thread.</summary>
    public static bool IsAboutTheThread(string code) => Known.TryGetValue(code, out var meaning) && meaning == Meaning.Thread;

    /// <summary>Whether the message could still go as a new one.</summary>
    public static bool IsAboutTheUpdate(string code) => Unchangeable.Contains(code);

    /// <summary>The result that an error code stands for.</summary>
    /// <param name="code">Slack's code.</param>
    /// <param name="detail">The answer in one line, free of secrets.</param>
    /// <param name="after">How long Slack asked to be left alone.</param>
    public static DeliveryResult Result(string code, string detail, TimeSpan? after)
    {
        if (!Known.TryGetValue(code, out var meaning))
            return new DeliveryResult.Retry(DeliveryReason.ServerError, detail, after) { AtMost = UnknownAttempts };
        return meaning switch
        {
            Meaning.TooMany => new DeliveryResult.Retry(DeliveryReason.Throttled, detail, after),
            Meaning.ForNow => new DeliveryResult.Retry(DeliveryReason.ServerError, detail, after),
            Meaning.Credentials => new DeliveryResult.Rejected(DeliveryReason.AuthFailed, detail, RejectionScope.Destination),
            Meaning.Place => new DeliveryResult.Rejected(DeliveryReason.DestinationGone, detail, RejectionScope.Destination),
            _ => new DeliveryResult.Rejected(DeliveryReason.MessageRejected, detail),
        };
    }
}
