<?php
/**
 * Asks the installation, from this server, whether it is there, whether the key counts, and which assistants there are.
 *
 * @package AICustomerServiceAssistant
 */

namespace AICustomerServiceAssistant;

defined( 'ABSPATH' ) || exit;

const FOUND           = 'ai_customer_service_assistant_found';
const MOST_ASSISTANTS = 100;

/**
 * What was found, remembered for some minutes.
 *
 * @return array{state: string, assistants: array<string, string>}
 */
function connection(): array {
	$settings = settings();
	if ( '' === $settings['address'] ) {
		return found( 'none' );
	}
	// Of another address or key, nothing is known yet.
	$about = wp_hash( $settings['address'] . ' ' . api_key() );
	$known = get_transient( FOUND );
	if ( is_array( $known ) && ( $known['about'] ?? '' ) === $about ) {
		return $known['found'];
	}
	$found = '' === api_key() ? look( $settings['address'] ) : list_assistants( $settings['address'], api_key() );
	set_transient( FOUND, array( 'about' => $about, 'found' => $found ), 5 * MINUTE_IN_SECONDS );
	return $found;
}

/**
 * Forgets what was found, so that it is asked anew.
 */
function look_again(): void {
	delete_transient( FOUND );
}

/**
 * What there is to say of a connection.
 *
 * @param string $state      Which of the states.
 * @param array  $assistants Id => name.
 */
function found( string $state, array $assistants = array() ): array {
	return array(
		'state'      => $state,
		'assistants' => $assistants,
	);
}

/**
 * Without a key: whether the script is there.
 *
 * @param string $address Of the installation.
 */
function look( string $address ): array {
	$answer = wp_remote_get( $address . '/embed.js', asking() );
	if ( is_wp_error( $answer ) ) {
		return found( 'unreachable' );
	}
	$is_script = false !== strpos( (string) wp_remote_retrieve_header( $answer, 'content-type' ), 'javascript' );
	return found( 200 === wp_remote_retrieve_response_code( $answer ) && $is_script ? 'there' : 'other' );
}

/**
 * With a key: the assistants that it sees.
 *
 * @param string $address Of the installation.
 * @param string $key     Of its API.
 */
function list_assistants( string $address, string $key ): array {
	$headers = array(
		'Authorization' => 'Bearer ' . $key,
		'Accept'        => 'application/json',
	);
	$answer  = wp_remote_get( $address . '/api/v1/assistants?limit=' . MOST_ASSISTANTS, asking( $headers ) );
	if ( is_wp_error( $answer ) ) {
		return found( 'unreachable' );
	}
	$states = array(
		401 => 'key',
		403 => 'scope',
	);
	$status = (int) wp_remote_retrieve_response_code( $answer );
	$body   = json_decode( wp_remote_retrieve_body( $answer ), true );
	if ( 200 !== $status || ! is_array( $body ) || ! is_array( $body['data'] ?? null ) ) {
		return found( $states[ $status ] ?? 'other' );
	}
	$assistants = array();
	foreach ( $body['data'] as $one ) {
		$id = is_array( $one ) ? clean_assistant( text_of( $one, 'id' ) ) : '';
		if ( '' !== $id ) {
			$assistants[ $id ] = short( text_of( $one, 'name' ) );
		}
	}
	return found( $assistants ? 'connected' : 'empty', $assistants );
}

/**
 * How it is asked. Nowhere else than at the address itself: the key goes there alone.
 *
 * @param array $headers To send.
 */
function asking( array $headers = array() ): array {
	return array(
		'timeout'             => 8,
		'redirection'         => 0,
		'limit_response_size' => MB_IN_BYTES,
		'headers'             => $headers,
	);
}
