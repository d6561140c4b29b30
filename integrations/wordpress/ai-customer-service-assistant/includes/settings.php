<?php
/**
 * What the administrator of the site has set: one option for the settings, one of its own for the key.
 *
 * @package AICustomerServiceAssistant
 */

namespace AICustomerServiceAssistant;

defined( 'ABSPATH' ) || exit;

const OPTION      = 'ai_customer_service_assistant';
const KEY_OPTION  = 'ai_customer_service_assistant_key';
const MOST_PATHS  = 50;
const MOST_LENGTH = 500;

/**
 * The settings before anybody has saved any.
 */
function defaults(): array {
	return array(
		'address'         => '',
		'assistant_id'    => '',
		'everywhere'      => true,
		'theme'           => '',
		'position'        => '',
		'primary_color'   => '',
		'welcome_message' => '',
		'hide_on'         => '',
		'page_context'    => true,
	);
}

/**
 * The settings as they are.
 */
function settings(): array {
	$stored = get_option( OPTION, array() );
	return clean( is_array( $stored ) ? $stored + defaults() : defaults() );
}

/**
 * The settings that $given stands for: what is not allowed is as if it were not there.
 *
 * @param array $given From a form or the database, without slashes.
 */
function clean( array $given ): array {
	return array(
		'address'         => clean_address( text_of( $given, 'address' ) ),
		'assistant_id'    => clean_assistant( text_of( $given, 'assistant_id' ) ),
		'everywhere'      => ! empty( $given['everywhere'] ),
		'theme'           => one_of( text_of( $given, 'theme' ), THEMES ),
		'position'        => one_of( text_of( $given, 'position' ), POSITIONS ),
		'primary_color'   => (string) sanitize_hex_color( text_of( $given, 'primary_color' ) ),
		'welcome_message' => short( text_of( $given, 'welcome_message' ) ),
		'hide_on'         => implode( "\n", paths( text_of( $given, 'hide_on' ) ) ),
		'page_context'    => ! empty( $given['page_context'] ),
	);
}

/**
 * The key of the API: from wp-config.php, else as it was saved. Browsers never get it.
 */
function api_key(): string {
	if ( key_is_fixed() ) {
		return (string) constant( 'AI_CUSTOMER_SERVICE_ASSISTANT_KEY' );
	}
	$stored = get_option( KEY_OPTION, '' );
	return is_string( $stored ) ? $stored : '';
}

/**
 * Whether wp-config.php says the key, so that it is not changed on the page.
 */
function key_is_fixed(): bool {
	return defined( 'AI_CUSTOMER_SERVICE_ASSISTANT_KEY' );
}

/**
 * Whether there is all that a chat on a page needs.
 *
 * @param array $settings As `settings()` gives them.
 */
function is_ready( array $settings ): bool {
	return '' !== $settings['address'] && '' !== $settings['assistant_id'];
}

/**
 * One value as a text; lists and objects are none.
 *
 * @param array  $given Where it stands.
 * @param string $name  Its name.
 */
function text_of( array $given, string $name ): string {
	return isset( $given[ $name ] ) && is_scalar( $given[ $name ] ) ? trim( wp_check_invalid_utf8( (string) $given[ $name ] ) ) : '';
}

/**
 * The address of an installation, such as https://desk.example.com, without a slash at its end; '' for anything else.
 *
 * @param string $given As somebody typed or pasted it.
 */
function clean_address( string $given ): string {
	$parts = wp_parse_url( $given );
	$plain = is_array( $parts ) && isset( $parts['scheme'], $parts['host'] )
		&& in_array( strtolower( $parts['scheme'] ), array( 'http', 'https' ), true )
		&& ! isset( $parts['user'] ) && ! isset( $parts['query'] ) && ! isset( $parts['fragment'] )
		&& preg_match( '/^(\[[0-9a-f:.]+\]|[a-z0-9]([a-z0-9.-]*[a-z0-9])?)$/i', $parts['host'] )
		&& preg_match( '#^[a-z0-9/._~-]*$#i', $parts['path'] ?? '' );
	if ( ! $plain ) {
		return '';
	}
	$port = isset( $parts['port'] ) ? ':' . $parts['port'] : '';
	$path = preg_replace( '#/embed\.js$#', '', $parts['path'] ?? '' );
	return strtolower( $parts['scheme'] . '://' . $parts['host'] ) . $port . rtrim( $path, '/' );
}

/**
 * The id or the short name of an assistant; '' for anything else.
 *
 * @param string $given As somebody typed or pasted it.
 */
function clean_assistant( string $given ): string {
	return preg_match( '/^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/D', $given ) ? $given : '';
}

/**
 * A value of a list, or ''.
 *
 * @param string   $given   What was chosen.
 * @param string[] $allowed What there is.
 */
function one_of( string $given, array $allowed ): string {
	return in_array( $given, $allowed, true ) ? $given : '';
}

/**
 * A text on one line, of no more characters than fit.
 *
 * @param string $given Any text.
 */
function short( string $given ): string {
	return (string) mb_substr( trim( (string) preg_replace( '/[\x00-\x1f\x7f]+/', ' ', $given ) ), 0, MOST_LENGTH );
}

/**
 * The paths that a text has, one on each line: each begins with a slash.
 *
 * @param string $given Lines.
 * @return string[]
 */
function paths( string $given ): array {
	$found = array();
	foreach ( preg_split( '/\R/', $given ) as $line ) {
		$line = short( $line );
		if ( '' !== $line ) {
			$found[] = '/' === $line[0] || '*' === $line[0] ? $line : '/' . $line;
		}
	}
	return array_slice( array_values( array_unique( $found ) ), 0, MOST_PATHS );
}

/**
 * Whether a path is one of those, as the script of the chat has it: `*` stands for any part, slashes too, `/shop/*` is
 * `/shop` too, and a slash at the end makes no difference. Letters may be written as browsers send them.
 *
 * @param string   $path  Such as /shop/checkout/, decoded.
 * @param string[] $globs As `paths()` gives them.
 */
function is_among( string $path, array $globs ): bool {
	$path = rtrim( $path, '/' );
	foreach ( $globs as $glob ) {
		$pieces  = array();
		foreach ( explode( '*', rtrim( $glob, '/' ) ) as $piece ) {
			$pieces[] = preg_quote( rawurldecode( $piece ), '#' );
		}
		$pattern = implode( '.*', $pieces );
		if ( 2 === count( $pieces ) && '/.*' === substr( $pattern, -3 ) ) {
			$pattern = substr( $pattern, 0, -3 ) . '(/.*)?';
		}
		if ( preg_match( '#^' . $pattern . '$#Ds', $path ) ) {
			return true;
		}
	}
	return false;
}
